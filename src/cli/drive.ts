/** A search that asks for runs, one after the other, and somebody who makes them. */
export async function drive<Request, Result, Answer>(search: Generator<Request, Result, Answer>, make: (request: Request) => Promise<Answer>): Promise<Result> {
  let next = search.next();
  while (next.done !== true) next = search.next(await make(next.value));
  return next.value;
}
