/** `tickbase --help` */
export const HELP = `tickbase: a game server whose database is the server

usage: tickbase COMMAND [options]

commands:
  start       run a module as a server
  publish     replace the module of a running server
  stop        end a running server
  backup      write the world of a running server into a folder
  restore     make a data folder out of a backup
  log         print the records of a commit log
  call        call a reducer of a running server
  sql         ask or change a running server's tables
  keys        the keys that sign tokens: list them, add one
  generate    write typed client code for a module

options:
  --help      this text; \`tickbase COMMAND --help\` tells a command's options
  --version   the version

exit codes: 0 done, 1 failed, 2 the command line or the settings are wrong
`;
