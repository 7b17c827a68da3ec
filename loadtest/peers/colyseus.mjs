/** Colyseus as its modules see one another: the packages have two builds each, which must not be mixed. */
export * as core from '@colyseus/core';
export * as schema from '@colyseus/schema';
export * as transport from '@colyseus/uwebsockets-transport';
