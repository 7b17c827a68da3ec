/** What a walk met; a counter that stays 0 over a test's walks means that the test proves less than it says. */
export type WalkCoverage = Record<(typeof COUNTERS)[number], number>;

const COUNTERS = [
  'ticks',
  'framesApplied',
  'framesSkipped',
  'framesLost',
  'rowsCompared',
  'callbacks',
  'linksCut',
  'linksStalled',
  'resumes',
  'sessionsAnew',
  'clientsJoined',
  'clientsLeft',
  'clientsTurnedAway',
  'staleRowsKept',
  'staleRowsSwept',
  'slotsReused',
  'keysMadeAgainAtOnce',
  'keysMadeAgainLater',
  'callsCommitted',
  'callsRefused',
  'callsFailed',
  'callsOfUnknownOutcome',
  'callsNotSent',
  'writesCaught',
  'timersRun',
  'timersFailed',
  'systemsRun',
  'systemsFailed',
  'subscribes',
  'subscribesRefused',
  'unsubscribes',
  'overlaps',
  'queriesOnce',
  'queriesOnceRows',
  'queriesOnceRefused',
  'crossingsTogether',
  'transits',
  'leavesInTransit',
  'rowsDespawned',
  'rowsOutOfView',
  'viewerSpaceChanges',
  'rowSpaceChanges',
  'areasFailed',
  'areasEmpty',
  'areasOfTwoCentres',
  'followersSeen',
  'followersMovedAlong',
  'followersBereft',
  'followersToOtherSpace',
  'ownRowsVisible',
  'hiddenRows',
  'rowsOfTheSenderQuery',
  'ownRowsExact',
  'events',
  'eventsMissed',
] as const;

export function noCoverage(): WalkCoverage {
  return Object.fromEntries(COUNTERS.map((counter) => [counter, 0])) as WalkCoverage;
}

export function addCoverage(sum: WalkCoverage, more: WalkCoverage): void {
  for (const counter of COUNTERS) sum[counter] += more[counter];
}
