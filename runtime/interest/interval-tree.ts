/** A piece of an ordered set of values; null: it has no end on that side. */
export interface Interval {
  readonly low: OrderedValue | null;
  readonly isLowOut: boolean;
  readonly high: OrderedValue | null;
  readonly isHighOut: boolean;
}

/** Of one tree all are of one kind. No NaN: whoever asks for it asks for Infinity, and whoever bounds by it has no bound. */
export type OrderedValue = number | bigint | string;

export type CompareOrdered = (a: OrderedValue, b: OrderedValue) => number;

/**
 * Intervals, each with an item, of which those that hold a value are found in the time that it takes to name them (and a logarithm). A
 * treap by lower ends, in which each node knows the highest upper end below it. Priorities come from the order in which intervals were
 * added, so that equal histories give equal trees.
 */
export class IntervalTree<Item> {
  count = 0;
  private root: Node<Item> | null = null;
  private added = 0;
  private readonly compare: CompareOrdered;

  constructor(compare: CompareOrdered) {
    this.compare = compare;
  }

  /** Items may stand under equal intervals; each is given a node of its own, by which it is removed. */
  add(interval: Interval, item: Item): IntervalNode<Item> {
    const serial = this.added++;
    const node: Node<Item> = {
      interval,
      item,
      serial,
      priority: scattered(serial),
      top: interval,
      left: null,
      right: null,
    };
    const [below, above] = this.split(this.root, node);
    this.root = this.join(this.join(below, node), above);
    this.count++;
    return node;
  }

  remove(node: IntervalNode<Item>): void {
    this.root = this.without(this.root, node as Node<Item>);
    this.count--;
  }

  /** Calls `take` with the item of each interval that holds the value. */
  forEachAt(value: OrderedValue, take: (item: Item) => void): void {
    this.visit(this.root, value, take);
  }

  private visit(node: Node<Item> | null, value: OrderedValue, take: (item: Item) => void): void {
    let at = node;
    while (at !== null && this.isBelowEnd(value, at.top)) {
      this.visit(at.left, value, take);
      const { low, isLowOut } = at.interval;
      if (low !== null) {
        const order = this.compare(low, value);
        if (order > 0 || (order === 0 && isLowOut)) return; // So do all to the right.
      }
      if (this.isBelowEnd(value, at.interval)) take(at.item);
      at = at.right;
    }
  }

  private isBelowEnd(value: OrderedValue, { high, isHighOut }: Interval): boolean {
    if (high === null) return true;
    const order = this.compare(value, high);
    return order < 0 || (order === 0 && !isHighOut);
  }

  /** Nodes before `by`, and the others. */
  private split(node: Node<Item> | null, by: Node<Item>): [Node<Item> | null, Node<Item> | null] {
    if (node === null) return [null, null];
    if (this.isBefore(node, by)) {
      const [below, above] = this.split(node.right, by);
      node.right = below;
      this.measure(node);
      return [node, above];
    }
    const [below, above] = this.split(node.left, by);
    node.left = above;
    this.measure(node);
    return [below, node];
  }

  private join(below: Node<Item> | null, above: Node<Item> | null): Node<Item> | null {
    if (below === null) return above;
    if (above === null) return below;
    if (below.priority > above.priority) {
      below.right = this.join(below.right, above);
      this.measure(below);
      return below;
    }
    above.left = this.join(below, above.left);
    this.measure(above);
    return above;
  }

  private without(from: Node<Item> | null, node: Node<Item>): Node<Item> | null {
    if (from === null) return null;
    if (from === node) return this.join(node.left, node.right);
    if (this.isBefore(node, from)) from.left = this.without(from.left, node);
    else from.right = this.without(from.right, node);
    this.measure(from);
    return from;
  }

  /** By lower ends, those that hold their end first; equal ones in the order in which they came. */
  private isBefore(a: Node<Item>, b: Node<Item>): boolean {
    const { low: lowA, isLowOut: isOutA } = a.interval;
    const { low: lowB, isLowOut: isOutB } = b.interval;
    if (lowA === null || lowB === null) return lowA === lowB ? a.serial < b.serial : lowA === null;
    const order = this.compare(lowA, lowB);
    if (order !== 0) return order < 0;
    return isOutA === isOutB ? a.serial < b.serial : isOutB;
  }

  private measure(node: Node<Item>): void {
    let top: Interval = node.interval;
    if (node.left !== null) top = this.higher(top, node.left.top);
    if (node.right !== null) top = this.higher(top, node.right.top);
    node.top = top;
  }

  private higher(a: Interval, b: Interval): Interval {
    if (a.high === null) return a;
    if (b.high === null) return b;
    const order = this.compare(a.high, b.high);
    return order > 0 || (order === 0 && !a.isHighOut) ? a : b;
  }
}

/** Where an item stands in its tree. */
export interface IntervalNode<Item> {
  readonly interval: Interval;
  readonly item: Item;
}

interface Node<Item> extends IntervalNode<Item> {
  readonly serial: number;
  readonly priority: number;
  /** The interval with the highest upper end from here down. */
  top: Interval;
  left: Node<Item> | null;
  right: Node<Item> | null;
}

/** Neighbouring numbers become numbers far apart, and no two the same. */
function scattered(serial: number): number {
  let bits = Math.imul(serial ^ (serial >>> 16), 0x7feb_352d);
  bits = Math.imul(bits ^ (bits >>> 15), 0x846c_a68b);
  return (bits ^ (bits >>> 16)) >>> 0;
}
