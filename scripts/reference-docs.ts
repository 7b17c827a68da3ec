import { CLOSE_CODES } from '@tickbase/protocol';
import { ERROR_TABLE } from '@tickbase/schema/errors';

const AREA_TITLES: Record<keyof typeof ERROR_TABLE, string> = {
  schema: 'The module: tables, reducers',
  query: 'Values and queries',
  store: 'Rows and transactions',
  wire: 'Bytes of the wire',
  server: 'Server, commands and subscriptions',
  client: 'Client library',
};

/** The generated pages of docs/reference/, by file name. */
export function referenceDocs(): Map<string, string> {
  return new Map([
    ['errors.md', errorsPage()],
    ['close-codes.md', closeCodesPage()],
  ]);
}

function errorsPage(): string {
  const lines = [
    '# Error codes',
    '',
    'Every error says its code, what happened, where, and how to mend it. Generated from the code by `npm run generate:docs`.',
  ];
  for (const [area, codes] of Object.entries(ERROR_TABLE)) {
    lines.push(
      '',
      `## ${AREA_TITLES[area as keyof typeof ERROR_TABLE]}`,
      '',
      '| code | what | mend |',
      '| --- | --- | --- |',
    );
    for (const { code, what, mend } of codes) lines.push(`| \`${code}\` | ${cell(what)} | ${cell(mend)} |`);
  }
  return `${lines.join('\n')}\n`;
}

function closeCodesPage(): string {
  const lines = [
    '# Close codes',
    '',
    'The code with which the server closes a socket. After a resumable one the client comes back by itself and goes on;',
    'after a final one it does not. Generated from the code by `npm run generate:docs`.',
    '',
    '| code | name | what | resumable |',
    '| --- | --- | --- | --- |',
  ];
  for (const { code, name, what, isResumable } of Object.values(CLOSE_CODES)) {
    lines.push(`| ${code} | \`${name}\` | ${cell(what)} | ${isResumable ? 'yes' : 'no'} |`);
  }
  return `${lines.join('\n')}\n`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
