/**
 * JavaScript text of the iterators of a table, for worldCode. `row` is an expression of slot `s`. `#isWhole`: in the epoch of the start all slots
 * held rows, and no row has died since. Each turn's result is made in one place of the text: the compiler can then leave the object out.
 */

/** Over all rows that live at the start, in slot order. */
export function membersText(name: string, row: string): string {
  return `class ${name} {
    #m = table.liveCount === table.slotCount ? null : table.live.slice(0, table.slotCount);
    #c = table.slotCount; #n = 0; #t = undo.transaction; #e = undo.epoch; #isWhole = this.#m === null;
    next() {
      if (this.#e !== undo.epoch) {
        this.#e = goesOn(this.#t);
        this.#isWhole = false;
      }
      const m = this.#m, c = this.#c, isWhole = this.#isWhole;
      let n = this.#n, value, done = true;
      while (done && n < c) {
        const s = n++;
        if (isWhole || ((m === null || m[s] === 1) && table.live[s] === 1)) {
          value = ${row};
          done = false;
        }
      }
      this.#n = n;
      return { done, value };
    }
    [Symbol.iterator]() { return this; }
  }`;
}

/**
 * What `next` gives for views: the view is made when it is asked for, after the loop has seen that there is one. So no place in the loop has a view or none, and the
 * compiler leaves the view out. It is a view of the moment of `next`, whenever it is made.
 */
export function turnText(name: string, view: string): string {
  return `class ${name} {
    #s; #t; #e;
    constructor(s, t, e) { this.#s = s; this.#t = t; this.#e = e; }
    get done() { return this.#s < 0; }
    get value() { const s = this.#s; return s < 0 ? undefined : new ${view}(s, this.#t, this.#e); }
  }`;
}

/** As `membersText`, with views. */
export function editMembersText(name: string, turn: string): string {
  return `class ${name} {
    #m = table.liveCount === table.slotCount ? null : table.live.slice(0, table.slotCount);
    #c = table.slotCount; #n = 0; #t = undo.transaction; #e = undo.epoch; #isWhole = this.#m === null;
    next() {
      if (this.#e !== undo.epoch) {
        this.#e = goesOn(this.#t);
        this.#isWhole = false;
      }
      const c = this.#c;
      let n = this.#n;
      if (!this.#isWhole) {
        const m = this.#m;
        while (n < c && !((m === null || m[n] === 1) && table.live[n] === 1)) n++;
      }
      this.#n = n + 1;
      return new ${turn}(n < c ? n : -1, this.#t, this.#e);
    }
    [Symbol.iterator]() { return this; }
  }`;
}

/** As `slotsText`, with views. */
export function editSlotsText(name: string, turn: string): string {
  return `class ${name} {
    #l; #n = 0; #t = undo.transaction; #e = undo.epoch; #isWhole = true;
    constructor(l) { this.#l = l; }
    next() {
      if (this.#e !== undo.epoch) {
        this.#e = goesOn(this.#t);
        this.#isWhole = false;
      }
      const l = this.#l;
      let n = this.#n;
      if (!this.#isWhole) while (n < l.length && table.live[l[n]] !== 1) n++;
      this.#n = n + 1;
      return new ${turn}(n < l.length ? l[n] : -1, this.#t, this.#e);
    }
    [Symbol.iterator]() { return this; }
  }`;
}

/** Over the rows of a list of slots. */
export function slotsText(name: string, row: string): string {
  return overSlots(name, row, { fields: '', parameters: '', keep: '', key: '' });
}

/** As `slotsText`, of slots that a btree gave with their numbers: `row` has `k`, the value of the column that `load` loads. */
export function orderedText(name: string, row: string, load: string): string {
  return overSlots(name, row, {
    fields: '#k; #x; #v;',
    parameters: ', k, x',
    keep: 'this.#k = k; this.#x = x; this.#v = x.version;',
    key: `const k = this.#v === this.#x.version ? this.#k[n - 1] : ${load};`,
  });
}

function overSlots(name: string, row: string, extra: SlotsExtra): string {
  return `class ${name} {
    #l; ${extra.fields} #n = 0; #t = undo.transaction; #e = undo.epoch; #isWhole = true;
    constructor(l${extra.parameters}) { this.#l = l; ${extra.keep} }
    next() {
      if (this.#e !== undo.epoch) {
        this.#e = goesOn(this.#t);
        this.#isWhole = false;
      }
      const l = this.#l;
      let n = this.#n, value, done = true;
      while (done && n < l.length) {
        const s = l[n++];
        if (this.#isWhole || table.live[s] === 1) {
          ${extra.key}
          value = ${row};
          done = false;
        }
      }
      this.#n = n;
      return { done, value };
    }
    [Symbol.iterator]() { return this; }
  }`;
}

/** What an iterator keeps beside the slots, and the statement that comes before each row. */
interface SlotsExtra {
  readonly fields: string;
  readonly parameters: string;
  readonly keep: string;
  readonly key: string;
}
