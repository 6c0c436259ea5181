/** `@types/seedrandom` describes the whole package only; this is the one generator that we import. */
declare module 'seedrandom/lib/alea.js' {
  interface Alea {
    /** A multiple of 2⁻³² in [0, 1). */
    (): number;
    /** All 32 bits of one draw, as a signed integer. */
    int32(): number;
  }
  export default function alea(seed: string): Alea;
}
