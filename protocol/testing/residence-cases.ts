/**
 * The cases of residence.json. What is cached after each step and what the step changed is written here by hand, from WIRE.md,
 * "Residence": no client's answer is copied.
 */
import type { Json } from './golden-json.ts';
import {
  type Change,
  EVENTS,
  residenceCase,
  type ScriptRow,
  SNAPSHOT,
  watchOf,
  type PieceScript,
  type Step,
} from './residence-script.ts';

// Two cells of one partitioning, one partition each of two others (the second is exact), and of the other tables.
const A = watchOf('boat', 11, 3);
const B = watchOf('boat', 12, 3);
const OTHER = watchOf('boat', 21, 4);
const EXACT = watchOf('boat', 22, 5, true);
const NOTES = watchOf('note', 31, 6);
const MORE_NOTES = watchOf('note', 32, 8);
const HORNS = watchOf('horn', 41, 7);

export function residenceCases(): Json[] {
  return [...cells(), ...keysAndNames(), ...overlaps(), ...wholes(), ...others()];
}

function cells(): Json[] {
  return [
    residenceCase('enter, update, leave deleted, leave out of view', SETS, [
      START_A,
      step(42, {
        pieces: [
          {
            of: A,
            leaves: [[6, 0]],
            enters: [[7, 4, boat(72, 4)]],
            updates: [[5, [undefined, 2.25, undefined]]],
          },
        ],
        rows: { boat: [boat(70, 2.25), boat(72, 4)] },
        changes: [gone(boat(71, 3), 'deleted'), came(boat(72, 4)), moved(boat(70, 2), boat(70, 2.25))],
      }),
      step(43, {
        pieces: [
          {
            of: A,
            leaves: [
              [5, 1],
              [7, 99],
            ],
          },
        ],
        rows: {},
        changes: [gone(boat(70, 2.25), 'outOfView'), gone(boat(72, 4), 'outOfView')],
      }),
      step(44, { pieces: [{ of: A, leaves: [[5, 0]], updates: [[7, boat(1, 1)]] }], rows: {}, changes: [] }),
    ]),
    residenceCase('crossing to a watched cell within one section, its news first or last', SETS, [
      START_BOTH,
      step(42, {
        pieces: [
          { of: A, leaves: [[5, 12]] },
          { of: B, enters: [[31, 9, boat(70, 8)]] },
        ],
        rows: { boat: [boat(70, 8), boat(71, 3)] },
        changes: [moved(boat(70, 2), boat(70, 8))],
      }),
      step(43, {
        pieces: [
          { of: A, enters: [[8, 9, boat(70, 1)]] },
          { of: B, leaves: [[31, 11]] },
        ],
        rows: { boat: [boat(70, 1), boat(71, 3)] },
        changes: [moved(boat(70, 8), boat(70, 1))],
      }),
    ]),
    residenceCase('crossing over two sections', SETS, [
      START_BOTH,
      step(42, {
        pieces: [{ of: A, leaves: [[5, 12]] }],
        rows: { boat: [boat(70, 2), boat(71, 3)] },
        changes: [],
      }),
      step(43, {
        pieces: [{ of: A, updates: [[6, [undefined, 5, undefined]]] }],
        rows: { boat: [boat(70, 2), boat(71, 5)] },
        changes: [moved(boat(71, 3), boat(71, 5))],
      }),
      step(44, {
        pieces: [{ of: B, enters: [[31, 9, boat(70, 8)]] }],
        rows: { boat: [boat(70, 8), boat(71, 5)] },
        changes: [moved(boat(70, 2), boat(70, 8))],
      }),
    ]),
    residenceCase('a leave of a partition that is not the residence, and an update under the old name', SETS, [
      START_BOTH,
      step(42, {
        pieces: [{ of: B, enters: [[31, 9, boat(70, 8)]] }],
        rows: { boat: [boat(70, 8), boat(71, 3)] },
        changes: [moved(boat(70, 2), boat(70, 8))],
      }),
      step(43, {
        pieces: [{ of: A, updates: [[5, [undefined, 6, undefined]]] }],
        rows: { boat: [boat(70, 8), boat(71, 3)] },
        changes: [],
      }),
      step(44, {
        pieces: [{ of: A, leaves: [[5, 0]] }],
        rows: { boat: [boat(70, 8), boat(71, 3)] },
        changes: [],
      }),
    ]),
    residenceCase('unwatching a partition with a row that resides there and one in transit', SETS, [
      START_BOTH,
      step(42, {
        pieces: [
          { of: B, enters: [[30, 4, boat(72, 7)]] },
          { of: A, leaves: [[5, 12]] },
        ],
        // B had a piece, and the row did not enter with it.
        rows: { boat: [boat(71, 3), boat(72, 7)] },
        changes: [came(boat(72, 7)), gone(boat(70, 2), 'outOfView')],
      }),
      step(43, {
        pieces: [{ of: A, leaves: [[6, 12]] }],
        rows: { boat: [boat(71, 3), boat(72, 7)] },
        changes: [],
      }),
      step(44, {
        unwatches: [B],
        rows: {},
        changes: [gone(boat(71, 3), 'outOfView'), gone(boat(72, 7), 'outOfView')],
      }),
    ]),
    residenceCase('transit ends with the next piece of the partition, whatever it says', SETS, [
      START_BOTH,
      step(42, {
        pieces: [
          {
            of: A,
            leaves: [
              [5, 12],
              [6, 12],
            ],
          },
        ],
        rows: { boat: [boat(70, 2), boat(71, 3)] },
        changes: [],
      }),
      step(47, {
        pieces: [{ of: B, leaves: [[31, 0]], enters: [[32, 8, boat(71, 3)]] }],
        rows: { boat: [boat(71, 3)] },
        changes: [gone(boat(70, 2), 'outOfView')],
      }),
    ]),
  ];
}

function keysAndNames(): Json[] {
  return [
    residenceCase('a known primary key under a new slot', SETS, [
      START_BOTH,
      step(42, {
        pieces: [{ of: B, enters: [[31, 14, boat(70, 6)]] }],
        rows: { boat: [boat(70, 6), boat(71, 3)] },
        changes: [moved(boat(70, 2), boat(70, 6))],
      }),
      step(43, {
        pieces: [{ of: A, leaves: [[5, 0]] }],
        rows: { boat: [boat(70, 6), boat(71, 3)] },
        changes: [],
      }),
      step(44, {
        pieces: [{ of: B, updates: [[31, [undefined, 7, undefined]]] }],
        rows: { boat: [boat(70, 7), boat(71, 3)] },
        changes: [moved(boat(70, 6), boat(70, 7))],
      }),
    ]),
    residenceCase('a delete and an insert under one key in one section', SETS, [
      START_A,
      step(42, {
        pieces: [
          {
            of: A,
            leaves: [
              [5, 0],
              [6, 0],
            ],
            enters: [
              [7, 20, boat(70, 5)],
              [8, 21, boat(71, 3)],
            ],
          },
        ],
        rows: { boat: [boat(70, 5), boat(71, 3)] },
        changes: [moved(boat(70, 2), boat(70, 5))],
      }),
    ]),
    residenceCase('another name in the same partition', SETS, [
      START_A,
      step(42, {
        pieces: [{ of: A, leaves: [[5, 11]], enters: [[8, 9, boat(70, 5)]] }],
        rows: { boat: [boat(70, 5), boat(71, 3)] },
        changes: [moved(boat(70, 2), boat(70, 5))],
      }),
      step(43, {
        pieces: [{ of: A, leaves: [[8, 0]], updates: [[5, [undefined, 6, undefined]]] }],
        rows: { boat: [boat(71, 3)] },
        changes: [gone(boat(70, 5), 'deleted')],
      }),
    ]),
    residenceCase('a name that another row has still', SETS, [
      START_A,
      step(42, {
        pieces: [{ of: A, enters: [[5, 4, boat(72, 4)]] }],
        rows: { boat: [boat(71, 3), boat(72, 4)] },
        changes: [gone(boat(70, 2), 'outOfView'), came(boat(72, 4))],
      }),
    ]),
    residenceCase('a freed name for another row, in the section of its leave', SETS, [
      START_A,
      step(42, {
        pieces: [{ of: A, leaves: [[5, 0]], enters: [[5, 4, boat(72, 4)]] }],
        rows: { boat: [boat(71, 3), boat(72, 4)] },
        changes: [gone(boat(70, 2), 'deleted'), came(boat(72, 4))],
      }),
    ]),
    residenceCase('a known slot with another primary key', SETS, [
      START_A,
      step(90, {
        pieces: [{ of: A, enters: [[7, 9, boat(88, 4)]] }],
        rows: { boat: [boat(71, 3), boat(88, 4)] },
        changes: [gone(boat(70, 2), 'deleted'), came(boat(88, 4))],
      }),
    ]),
  ];
}

function overlaps(): Json[] {
  return [
    residenceCase('two partitionings hold a row', SETS, [
      step(41, {
        isResumed: false,
        watches: [A, OTHER],
        pieces: [first(A, [5, 9, boat(70, 2)]), first(OTHER, [1, 9, boat(70, 2)], [2, 8, boat(71, 3)])],
        applied: SETS,
        rows: { boat: [boat(70, 2), boat(71, 3)] },
        changes: [came(boat(70, 2)), came(boat(71, 3))],
      }),
      step(42, {
        pieces: [
          { of: A, updates: [[5, [undefined, 4, undefined]]] },
          { of: OTHER, updates: [[1, [undefined, 4, undefined]]] },
        ],
        rows: { boat: [boat(70, 4), boat(71, 3)] },
        changes: [moved(boat(70, 2), boat(70, 4))],
      }),
      step(43, { unwatches: [A], rows: { boat: [boat(70, 4), boat(71, 3)] }, changes: [] }),
      step(44, {
        pieces: [
          {
            of: OTHER,
            leaves: [
              [1, 0],
              [2, 12],
            ],
          },
        ],
        rows: {},
        changes: [gone(boat(70, 4), 'deleted'), gone(boat(71, 3), 'outOfView')],
      }),
    ]),
    residenceCase('exact values win over streamed ones, in whatever order the pieces come', SETS, [
      step(41, {
        isResumed: false,
        watches: [A, EXACT],
        pieces: [first(A, [5, 9, boat(70, 2)]), first(EXACT, [1, 9, boat(70, 2.1)])],
        applied: SETS,
        rows: { boat: [boat(70, 2.1)] },
        changes: [came(boat(70, 2.1))],
      }),
      step(42, {
        pieces: [
          { of: A, updates: [[5, [undefined, 3, undefined]]] },
          { of: EXACT, updates: [[1, [undefined, 3.1, undefined]]] },
        ],
        rows: { boat: [boat(70, 3.1)] },
        changes: [moved(boat(70, 2.1), boat(70, 3.1))],
      }),
      step(43, {
        pieces: [{ of: A, leaves: [[5, 11]], enters: [[6, 9, boat(70, 9)]] }],
        rows: { boat: [boat(70, 3.1)] },
        changes: [],
      }),
      // The exact partition is read first: it holds the row no more when the streamed one brings its values.
      step(44, {
        pieces: [
          { of: A, updates: [[6, [undefined, 4, undefined]]] },
          { of: EXACT, leaves: [[1, 1]] },
        ],
        rows: { boat: [boat(70, 4)] },
        changes: [moved(boat(70, 3.1), boat(70, 4))],
      }),
    ]),
    residenceCase('unwatching an exact partition leaves its values until streamed ones come', SETS, [
      step(41, {
        isResumed: false,
        watches: [A, EXACT],
        pieces: [first(EXACT, [1, 9, boat(70, 2.1)]), first(A, [5, 9, boat(70, 2)])],
        applied: SETS,
        rows: { boat: [boat(70, 2.1)] },
        changes: [came(boat(70, 2.1))],
      }),
      step(42, { unwatches: [EXACT], rows: { boat: [boat(70, 2.1)] }, changes: [] }),
      step(43, {
        pieces: [{ of: A, updates: [[5, [undefined, 5, undefined]]] }],
        rows: { boat: [boat(70, 5)] },
        changes: [moved(boat(70, 2.1), boat(70, 5))],
      }),
    ]),
    residenceCase('own rows', SETS, [
      START_A,
      step(42, {
        own: [
          ['boat', 9, boat(70, 2.1)],
          ['boat', 77, boat(12, 2.1)],
        ],
        rows: { boat: [boat(70, 2.1), boat(71, 3)] },
        changes: [moved(boat(70, 2), boat(70, 2.1))],
      }),
      step(43, {
        pieces: [{ of: A, updates: [[5, [undefined, 2, 'Eve']]] }],
        rows: { boat: [boat(70, 2.1, 'Eve'), boat(71, 3)] },
        changes: [moved(boat(70, 2.1), boat(70, 2.1, 'Eve'))],
      }),
      step(44, {
        pieces: [{ of: A, updates: [[5, [undefined, 2.5, undefined]]] }],
        rows: { boat: [boat(70, 2.5, 'Eve'), boat(71, 3)] },
        changes: [moved(boat(70, 2.1, 'Eve'), boat(70, 2.5, 'Eve'))],
      }),
      step(45, {
        pieces: [{ of: A, updates: [[6, [undefined, 4, undefined]]] }],
        own: [['boat', 8, boat(71, 4.1)]],
        rows: { boat: [boat(70, 2.5, 'Eve'), boat(71, 4.1)] },
        changes: [moved(boat(71, 3), boat(71, 4.1))],
      }),
    ]),
  ];
}

function wholes(): Json[] {
  return [
    residenceCase('a later snapshot, in two pieces, and an empty one', SETS, [
      START_A,
      step(60, {
        watches: [B],
        pieces: [first(A, [15, 8, boat(71, 3)]), { of: A, enters: [[16, 4, boat(72, 4)]] }],
        rows: { boat: [boat(71, 3), boat(72, 4)] },
        changes: [gone(boat(70, 2), 'outOfView'), came(boat(72, 4))],
      }),
      step(61, {
        pieces: [{ of: A, leaves: [[6, 0]] }],
        rows: { boat: [boat(71, 3), boat(72, 4)] },
        changes: [],
      }),
      step(62, {
        pieces: [first(A)],
        rows: {},
        changes: [gone(boat(71, 3), 'outOfView'), gone(boat(72, 4), 'outOfView')],
      }),
    ]),
    residenceCase('a refresh', SETS, [
      START_BOTH,
      step(42, {
        pieces: [{ of: B, enters: [[30, 4, boat(72, 7)]] }],
        rows: { boat: [boat(70, 2), boat(71, 3), boat(72, 7)] },
        changes: [came(boat(72, 7))],
      }),
      step(60, {
        isRefresh: true,
        pieces: [first(A, [5, 9, boat(70, 2.5)])],
        rows: { boat: [boat(70, 2.5)] },
        changes: [moved(boat(70, 2), boat(70, 2.5)), gone(boat(71, 3), 'outOfView'), gone(boat(72, 7), 'outOfView')],
      }),
    ]),
    residenceCase('a resume announces a partition again', SETS, [
      START_A,
      step(50, {
        isResumed: true,
        watches: [A],
        pieces: [first(A, [5, 9, boat(70, 2.5)])],
        unwatches: [B],
        rows: { boat: [boat(70, 2.5)] },
        changes: [moved(boat(70, 2), boat(70, 2.5)), gone(boat(71, 3), 'outOfView')],
      }),
      step(51, {
        pieces: [{ of: A, updates: [[5, [undefined, 3, undefined]]] }],
        rows: { boat: [boat(70, 3)] },
        changes: [moved(boat(70, 2.5), boat(70, 3))],
      }),
    ]),
    residenceCase(
      'a new session keeps what is cached until the sweep',
      [1, 2],
      [
        step(41, {
          isResumed: false,
          watches: [A, NOTES],
          pieces: [
            first(A, [5, 9, boat(70, 2)], [6, 8, boat(71, 3)], [7, 7, boat(72, 4)]),
            first(NOTES, [1, 3, [6, 'rope']], [2, 4, [7, 'tar']]),
          ],
          applied: [1, 2],
          rows: {
            boat: [boat(70, 2), boat(71, 3), boat(72, 4)],
            note: [
              [6, 'rope'],
              [7, 'tar'],
            ],
          },
          changes: [
            came(boat(70, 2)),
            came(boat(71, 3)),
            came(boat(72, 4)),
            came([6, 'rope'], 'note'),
            came([7, 'tar'], 'note'),
          ],
        }),
        step(7, {
          isResumed: false,
          rows: {
            boat: [boat(70, 2), boat(71, 3), boat(72, 4)],
            note: [
              [6, 'rope'],
              [7, 'tar'],
            ],
          },
          changes: [],
        }),
        step(8, {
          watches: [watchOf('boat', 2, 1), watchOf('note', 3, 2)],
          pieces: [
            first(watchOf('boat', 2, 1), [0, 9, boat(71, 9)], [1, 2, boat(72, 4)]),
            first(watchOf('note', 3, 2), [0, 2, [7, 'tar']]),
          ],
          applied: [1],
          rows: {
            boat: [boat(70, 2), boat(71, 9), boat(72, 4)],
            note: [
              [6, 'rope'],
              [7, 'tar'],
            ],
          },
          changes: [moved(boat(71, 3), boat(71, 9))],
        }),
        step(9, {
          applied: [2],
          rows: { boat: [boat(71, 9), boat(72, 4)], note: [[7, 'tar']] },
          changes: [gone(boat(70, 2), 'outOfView'), gone([6, 'rope'], 'outOfView', 'note')],
        }),
      ],
    ),
  ];
}

function others(): Json[] {
  return [
    residenceCase('events, and events that were missed', SETS, [
      step(41, { isResumed: false, watches: [HORNS], applied: SETS, rows: {}, changes: [] }),
      step(42, {
        pieces: [{ of: HORNS, flags: EVENTS, enters: [horn(4, 90), horn(5, 300), horn(6, 90)] }],
        rows: {},
        changes: [came([90], 'horn'), came([300], 'horn'), came([90], 'horn')],
      }),
      step(90, {
        pieces: [
          { of: HORNS, flags: EVENTS, missed: 12 },
          { of: HORNS, flags: EVENTS, enters: [horn(4, 70)] },
        ],
        rows: {},
        changes: [{ what: 'missed', table: 'horn', count: 12 }, came([70], 'horn')],
      }),
    ]),
    residenceCase('rows without a primary key', SETS, [
      step(41, {
        isResumed: false,
        watches: [NOTES, MORE_NOTES],
        pieces: [first(NOTES, [1, 3, [6, 'rope']]), first(MORE_NOTES, [0, 3, [6, 'rope']], [1, 5, [6, 'rope']])],
        applied: SETS,
        rows: {
          note: [
            [6, 'rope'],
            [6, 'rope'],
          ],
        },
        changes: [came([6, 'rope'], 'note'), came([6, 'rope'], 'note')],
      }),
      step(42, {
        pieces: [
          { of: NOTES, updates: [[1, [undefined, 'tar']]] },
          { of: MORE_NOTES, updates: [[0, [undefined, 'tar']]] },
        ],
        rows: {
          note: [
            [6, 'rope'],
            [6, 'tar'],
          ],
        },
        changes: [gone([6, 'rope'], 'deleted', 'note'), came([6, 'tar'], 'note')],
      }),
    ]),
    residenceCase(
      'unsubscribing',
      [1],
      [
        START_A,
        step(42, {
          unwatches: [A],
          ended: [1],
          rows: {},
          changes: [gone(boat(70, 2), 'outOfView'), gone(boat(71, 3), 'outOfView')],
        }),
      ],
    ),
    residenceCase('what comes and goes within one section', SETS, [
      START_A,
      step(42, {
        watches: [B],
        pieces: [first(B, [30, 4, boat(72, 7)])],
        unwatches: [B],
        rows: { boat: [boat(70, 2), boat(71, 3)] },
        changes: [],
      }),
    ]),
  ];
}

const SETS: readonly number[] = [1];

const START_A = step(41, {
  isResumed: false,
  watches: [A],
  pieces: [first(A, [5, 9, boat(70, 2)], [6, 8, boat(71, 3)])],
  applied: [1],
  rows: { boat: [boat(70, 2), boat(71, 3)] },
  changes: [came(boat(70, 2)), came(boat(71, 3))],
});

/** The same with B, which is empty and therefore has no piece. */
const START_BOTH: Step = { ...START_A, watches: [A, B] };

function step(tick: number, rest: Omit<Step, 'tick'>): Step {
  return { tick, ...rest };
}

/** A snapshot. */
function first(of: PieceScript['of'], ...enters: NonNullable<PieceScript['enters']>): PieceScript {
  return { of, flags: SNAPSHOT, enters };
}

function boat(id: number, x: number, name = 'Ada'): ScriptRow {
  return [BigInt(id), Math.fround(x), name];
}

/** An event row in some slot of the server's; it has no name. */
function horn(slot: number, loudness: number): readonly [number, number, ScriptRow] {
  return [0, slot, [loudness]];
}

function came(row: ScriptRow, table = 'boat'): Change {
  return { what: 'insert', table, row };
}

function moved(before: ScriptRow, row: ScriptRow): Change {
  return { what: 'update', table: 'boat', before, row };
}

function gone(row: ScriptRow, reason: 'deleted' | 'outOfView', table = 'boat'): Change {
  return { what: 'delete', table, row, reason };
}
