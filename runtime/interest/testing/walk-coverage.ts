/** What a walk met; a counter that stays 0 over a test's walks means that the test proves less than it says. */
export type WalkCoverage = Record<(typeof COUNTERS)[number], number>;

const COUNTERS = [
  'ticks',
  'framesApplied',
  'framesLost',
  'resumes',
  'emptyFrames',
  'rowsCompared',
  'quietChecks',
  'subscribes',
  'unsubscribes',
  'refusals',
  'queriesOnce',
  'queriesOnceRows',
  'viewersAdded',
  'viewersRemoved',
  'bodyCrossings',
  'viewerCrossings',
  'slotReuses',
  'keysMadeAgain',
  'transits',
  'sweeps',
  'replacedKeys',
  'ownRows',
  'events',
  'eventsMissed',
  'rowsOutOfView',
  'rowsDespawned',
  'followersSeen',
  'hiddenRows',
  'ownedRows',
  'joins',
  'joinedRows',
  'crewChanges',
  'rangeQueries',
  'cavesSeen',
  'twoCentres',
  'areasFailed',
  'areasEmpty',
] as const;

export function noCoverage(): WalkCoverage {
  return Object.fromEntries(COUNTERS.map((counter) => [counter, 0])) as WalkCoverage;
}
