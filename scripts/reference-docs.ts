import { closeCodesPage } from './reference-docs/close-codes-page.ts';
import { columnTypesPage } from './reference-docs/column-types-page.ts';
import { commandLinePage } from './reference-docs/command-line-page.ts';
import { configurationPage } from './reference-docs/configuration-page.ts';
import { errorsPage } from './reference-docs/errors-page.ts';
import { limitsPage } from './reference-docs/limits-page.ts';
import { membersPage } from './reference-docs/members-page.ts';

/** The generated pages of docs/reference/, by file name. */
export async function referenceDocs(): Promise<Map<string, string>> {
  const pages: Record<string, string[]> = {
    'close-codes.md': closeCodesPage(),
    'column-types.md': columnTypesPage(),
    'command-line.md': await commandLinePage(),
    'configuration.md': configurationPage(),
    'errors.md': errorsPage(),
    'limits.md': limitsPage(),
    'members.md': membersPage(),
  };
  return new Map(Object.entries(pages).map(([name, lines]) => [name, `${lines.join('\n')}\n`]));
}
