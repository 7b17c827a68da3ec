import { test } from 'vitest';
import { specifyCache } from '../testing/specify-cache.ts';

test('rows enter, change and leave, and each is told of once', () => {
  specifyCache(`
    tick 41
    watch 11 part=3
    piece 11 snapshot
    enter 5 slot=9 id=70 x=2
    enter 6 slot=8 id=71 x=3
    events insert:70 insert:71
    tick 42
    piece 11
    leave 6 to=0
    update 5 x=4
    expect boat 70@4
    events delete:71 update:70:2>4
  `);
});

test('a row that goes to a watched cell is in transit and resides there', () => {
  specifyCache(`
    tick 41
    watch 11 part=3
    watch 12 part=3
    piece 11 snapshot
    enter 5 slot=9 id=70 x=2
    tick 42
    piece 11
    leave 5 to=12
    expect boat 70@2
    events
    tick 43
    piece 12
    enter 31 slot=9 id=70 x=8
    expect boat 70@8
    events update:70:2>8
  `);
});

test('an enter in the new cell that comes before the leave of the old one makes that leave void', () => {
  specifyCache(`
    tick 41
    watch 11 part=3
    watch 12 part=3
    piece 11 snapshot
    enter 5 slot=9 id=70 x=2
    tick 42
    piece 12
    enter 31 slot=9 id=70 x=8
    piece 11
    leave 5 to=12
    expect boat 70@8
    tick 44
    piece 11
    leave 5 to=0
    expect boat 70@8
  `);
});

test('there and back again: the late leave of the cell between is void', () => {
  specifyCache(`
    tick 41
    watch 11 part=3
    watch 12 part=3
    piece 11 snapshot
    enter 5 slot=9 id=70 x=2
    tick 42
    piece 11
    leave 5 to=12
    tick 43
    piece 11
    enter 7 slot=9 id=70 x=3
    tick 44
    piece 12
    leave 31 to=11
    expect boat 70@3
  `);
});

test('a row that was made again in the place of one that is no more goes out of view, whatever comes first', () => {
  const before = `
    tick 41
    watch 11 part=3
    watch 12 part=4
    piece 11 snapshot
    enter 5 slot=9 id=70 x=2
    piece 12 snapshot
    enter 31 slot=9 id=70 x=2
    events insert:70
    tick 42
  `;
  const leave = `
    piece 11
    leave 5 to=0
  `;
  const enter = `
    piece 12
    enter 32 slot=9 id=70 x=8
  `;
  const after = `
    events update:70:2>8
    tick 43
    unwatch 12
    events out:70
  `;
  specifyCache(before + leave + enter + after);
  specifyCache(before + enter + leave + after);
});

test('transit ends with the unwatching of the cell', () => {
  specifyCache(`
    tick 41
    watch 11 part=3
    watch 12 part=3
    piece 11 snapshot
    enter 5 slot=9 id=70 x=2
    tick 42
    piece 11
    leave 5 to=12
    tick 43
    unwatch 12
    expect boat
    events out:70
  `);
});

test('transit ends with news of the cell that do not name the row', () => {
  specifyCache(`
    tick 41
    watch 11 part=3
    watch 12 part=3
    piece 11 snapshot
    enter 5 slot=9 id=70 x=2
    enter 6 slot=8 id=71 x=2
    tick 42
    piece 11
    leave 5 to=12
    leave 6 to=12
    tick 45
    piece 12
    leave 31 to=0
    enter 32 slot=8 id=71 x=2
    expect boat 71@2
    events out:70
  `);
});

test('a leave to a cell that is not watched, or to another partitioning, ends the row', () => {
  specifyCache(`
    tick 41
    watch 11 part=3
    watch 21 part=4
    piece 11 snapshot
    enter 5 slot=9 id=70 x=2
    enter 6 slot=8 id=71 x=3
    tick 42
    piece 11
    leave 5 to=99
    leave 6 to=21
    expect boat
    events out:70 out:71
  `);
});

test('a row stays while any partitioning holds it', () => {
  specifyCache(`
    tick 41
    watch 11 part=3
    watch 21 part=4
    piece 11 snapshot
    enter 5 slot=9 id=70 x=2
    piece 21 snapshot
    enter 1 slot=9 id=70 x=2
    events insert:70
    tick 42
    unwatch 11
    expect boat 70@2
    events
    tick 43
    unwatch 21
    expect boat
    events out:70
  `);
});

test('a known primary key under a new slot replaces the row, and the old slot leaves unheard', () => {
  specifyCache(`
    tick 41
    watch 11 part=3
    watch 12 part=3
    piece 11 snapshot
    enter 5 slot=9 id=70 x=2
    tick 42
    piece 12
    enter 31 slot=14 id=70 x=6
    expect boat 70@6
    events update:70:2>6
    tick 43
    piece 11
    leave 5 to=0
    expect boat 70@6
    events
    tick 44
    piece 12
    update 31 x=7
    expect boat 70@7
  `);
});

test('a delete and an insert under one key are one update, and nothing when the rows are equal', () => {
  specifyCache(`
    tick 41
    watch 11 part=3
    piece 11 snapshot
    enter 5 slot=9 id=70 x=2
    enter 6 slot=8 id=71 x=3
    tick 42
    piece 11
    leave 5 to=0
    leave 6 to=0
    enter 7 slot=20 id=70 x=5
    enter 8 slot=21 id=71 x=3
    expect boat 70@5 71@3
    events update:70:2>5
  `);
});

test('a slot with a new owner whose old leave was never seen is another row', () => {
  specifyCache(`
    tick 41
    watch 11 part=3
    piece 11 snapshot
    enter 5 slot=9 id=70 x=2
    tick 90
    piece 11
    enter 5 slot=9 id=88 x=4
    expect boat 88@4
    events delete:70 insert:88
  `);
});

test('what an exact partition holds takes no streamed values', () => {
  specifyCache(`
    tick 41
    watch 11 part=3
    watch 21 part=4 exact
    piece 21 snapshot
    enter 1 slot=9 id=70 x=2.1
    piece 11 snapshot
    enter 5 slot=9 id=70 x=2
    expect boat 70@2.1
    tick 42
    piece 11
    update 5 x=3
    expect boat 70@2.1
    events
    tick 43
    piece 21
    update 1 x=3.1
    expect boat 70@3.1
    tick 44
    piece 11
    update 5 x=4
    unwatch 21
    expect boat 70@3.1
    tick 45
    piece 11
    update 5 x=5
    expect boat 70@5
  `);
});

test('an own row is exact, and stays while streamed values round to the same step', () => {
  specifyCache(`
    tick 41
    watch 11 part=3
    piece 11 snapshot
    enter 5 slot=9 id=70 x=2
    tick 42
    own slot=9 id=70 x=2.1
    own slot=77 id=12 x=2.1
    expect boat 70@2.1
    events update:70:2>2.1
    tick 43
    piece 11
    update 5 x=2
    expect boat 70@2.1
    events
    tick 44
    piece 11
    update 5 x=2.5
    expect boat 70@2.5
  `);
});

test('a snapshot drops the rows of its partition that it does not list', () => {
  specifyCache(`
    tick 41
    watch 11 part=3
    watch 12 part=3
    piece 11 snapshot
    enter 5 slot=9 id=70 x=2
    enter 6 slot=8 id=71 x=3
    piece 12 snapshot
    enter 1 slot=7 id=72 x=4
    tick 60
    piece 11 snapshot
    enter 15 slot=9 id=70 x=2
    expect boat 70@2 72@4
    events out:71
    tick 61
    piece 11
    leave 5 to=0
    leave 15 to=0
    expect boat 72@4
  `);
});

test('a snapshot may go on in further pieces', () => {
  specifyCache(`
    tick 41
    watch 11 part=3
    piece 11 snapshot
    enter 5 slot=9 id=70 x=2
    enter 6 slot=8 id=71 x=3
    enter 7 slot=7 id=72 x=4
    tick 60
    piece 11 snapshot
    enter 15 slot=9 id=70 x=2
    piece 11
    enter 16 slot=7 id=72 x=4
    expect boat 70@2 72@4
    events out:71
  `);
});

test('a refresh drops everything that was not sent anew', () => {
  specifyCache(`
    tick 41
    watch 11 part=3
    watch 12 part=3
    piece 11 snapshot
    enter 5 slot=9 id=70 x=2
    enter 6 slot=8 id=71 x=3
    piece 12 snapshot
    enter 1 slot=7 id=72 x=4
    tick 60 refresh
    piece 11 snapshot
    enter 5 slot=9 id=70 x=2.5
    expect boat 70@2.5
    events update:70:2>2.5 out:71 out:72
  `);
});

test('a new session keeps the rows until the sweep, which raises only true differences', () => {
  specifyCache(`
    tick 41
    watch 11 part=3
    watch 31 part=5 note
    piece 11 snapshot
    enter 5 slot=9 id=70 x=2
    enter 6 slot=8 id=71 x=3
    enter 7 slot=7 id=72 x=4
    piece 31 snapshot
    enter 1 slot=3 berth=6 text=rope
    enter 2 slot=4 berth=7 text=tar
    session
    expect boat 70@2 71@3 72@4
    tick 7
    watch 2 part=1
    watch 3 part=2 note
    piece 2 snapshot
    enter 0 slot=1 id=72 x=4
    enter 1 slot=9 id=71 x=9
    piece 3 snapshot
    enter 0 slot=2 berth=7 text=tar
    expect boat 70@2 71@9 72@4
    events update:71:3>9
    tick 8
    sweep
    expect boat 71@9 72@4
    expect note 7@tar
    events out:70 out:6
    tick 9
    piece 2
    update 0 x=5
    leave 1 to=0
    expect boat 72@5
  `);
});

test('rows without a key that change are a delete and an insert', () => {
  specifyCache(`
    tick 41
    watch 31 part=5 note
    piece 31 snapshot
    enter 1 slot=3 berth=6 text=rope
    tick 42
    piece 31
    leave 1 to=0
    enter 2 slot=5 berth=6 text=tar
    expect note 6@tar
    events delete:6 insert:6
    tick 43
    piece 31
    leave 2 to=0
    enter 4 slot=6 berth=6 text=tar
    expect note 6@tar
    events
  `);
});

test('events are told of and not kept', () => {
  specifyCache(`
    tick 41
    watch 41 part=6 horn
    piece 41 events
    missed 4
    enter -1 slot=-1 loudness=90
    enter -1 slot=-1 loudness=90
    events missed:4 insert:90 insert:90
    expect horn
  `);
});

test('what comes and goes within one section is silent', () => {
  specifyCache(`
    tick 41
    watch 11 part=3
    watch 12 part=3
    piece 11 snapshot
    enter 5 slot=9 id=70 x=2
    unwatch 11
    expect boat
    events
  `);
});

test('a partition that is announced again keeps its rows', () => {
  specifyCache(`
    tick 41
    watch 11 part=3
    piece 11 snapshot
    enter 5 slot=9 id=70 x=2
    tick 42
    watch 11 part=3 exact
    piece 11
    update 5 x=2.1
    expect boat 70@2.1
    tick 43
    unwatch 11
    expect boat
  `);
});
