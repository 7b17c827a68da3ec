export const GENERATE_HELP = `usage: tickbase generate --lang typescript --out-dir DIR --module-path DIR

Writes the typed bindings of a module: index.ts (DbConnection, tables, reducers), a file for each
table and reducer, types.ts. Files that did not change are not touched; files of an earlier run that
are no longer part of the bindings are removed; other files in the folder stay as they are.

options:
  --lang LANG              typescript
  --out-dir DIR            the folder for the bindings; made when it is not there
  --module-path DIR        the module: a folder with src/index.ts that default-exports its schema
  --include-private        also tables that are not public
  --import-extension EXT   how generated files import each other: js (default), ts or none
  --watch                  again after each change in the module's src folder, until Ctrl-C
  --help                   this text

exit codes: 0 written, 1 the module or the folder is at fault, 2 the command line is wrong
`;
