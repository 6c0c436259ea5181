/** Text between tags or in quotes, of characters that XML may hold. */
import { clean } from '../../text.ts';

export function escapeXml(text: string): string {
  return clean(text)
    .replaceAll(/[\p{Cs}\uFFFE\uFFFF]/gu, '\uFFFD')
    .replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');
}
