import { CLOSE_CODES } from '@tickbase/protocol';
import { markdownTable } from './markdown-table.ts';

/** docs/reference/close-codes.md, from the table of close codes. */
export function closeCodesPage(): string[] {
  return [
    '# Close codes',
    '',
    'The code with which the server closes a socket. After a resumable one the client comes back by itself and goes on;',
    'after a final one it does not. Generated from the code by `npm run generate:docs`.',
    '',
    ...markdownTable(
      ['code', 'name', 'what', 'resumable'],
      Object.values(CLOSE_CODES).map(({ code, name, what, isResumable }) => [
        String(code),
        `\`${name}\``,
        what,
        isResumable ? 'yes' : 'no',
      ]),
    ),
  ];
}
