import { ERROR_TABLE } from '@tickbase/schema/errors';
import { markdownTable } from './markdown-table.ts';

const AREA_TITLES: Record<keyof typeof ERROR_TABLE, string> = {
  schema: 'The module: tables, reducers',
  query: 'Values and queries',
  store: 'Rows and transactions',
  wire: 'Bytes of the wire',
  server: 'Server, commands and subscriptions',
  identity: 'Tokens and rights',
  http: 'Tools and pages over HTTP',
  snapshot: 'Snapshots and recovery',
  backup: 'Backups',
  publish: 'New modules, and orders to a running server',
  client: 'Client library',
};

/** docs/reference/errors.md, from the tables of error codes. */
export function errorsPage(): string[] {
  const lines = [
    '# Error codes',
    '',
    'Every error says its code, what happened, where, and how to mend it. Generated from the code by `npm run generate:docs`.',
  ];
  lines.push(
    '',
    Object.values(AREA_TITLES)
      .map((title) => `[${title}](#${anchorOf(title)})`)
      .join(' · '),
  );
  for (const [area, codes] of Object.entries(ERROR_TABLE)) {
    lines.push('', `## ${AREA_TITLES[area as keyof typeof ERROR_TABLE]}`, '');
    const rows = codes.map(({ code, what, mend }) => [`\`${code}\``, what, mend]);
    lines.push(...markdownTable(['code', 'what', 'mend'], rows));
  }
  return lines;
}

/** As the renderers of Markdown name a heading. */
function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');
}
