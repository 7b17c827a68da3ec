import { grownTo } from '@tickbase/base';
import type { FrameMemory } from './frame-memory.ts';
import { MemoryInts } from './memory-ints.ts';

/**
 * Pages of one period of 2 or more ticks: which of them have changes to tell of when their tick comes. A page's tick in the period follows from
 * its cell, so that a piece covers the same ticks for all its watchers.
 */
export class PagePeriods {
  readonly period: number;
  /** As in TickPieces: LINE * pages, of the pages that are due in the present tick. */
  readonly lines: MemoryInts;
  /** f64[pages]: as in TickPieces, of the same pages. */
  enoughTicks = new Float64Array(0);
  /** By tick modulo the period: numbers of pages that are due then. */
  private readonly waiting: number[][];
  /** f64[pages]: the tick for which the page waits; a page waits once. */
  private waitsFor = new Float64Array(0);
  /** Whatever waited for a tick up to here was taken. */
  private takenTick = 0;

  constructor(periodClass: number, memory: FrameMemory) {
    this.lines = new MemoryInts(memory);
    this.period = 2 ** periodClass;
    this.waiting = Array.from({ length: this.period }, () => []);
  }

  /** The page has changed in `tick`, or its last change is still to be told of. */
  wait(number: number, phase: number, tick: number): void {
    if (number >= this.waitsFor.length) this.waitsFor = grownTo(this.waitsFor, number + 1);
    const due = tick + ((this.period - ((tick + phase) % this.period)) % this.period);
    // It may wait already, after a gap in the ticks even for an earlier one.
    if (this.waitsFor[number]! > this.takenTick && this.waitsFor[number]! <= due) return;
    this.waitsFor[number] = due;
    this.waiting[due % this.period]!.push(number);
  }

  /** The number is given to another page, which has a tick of its own in the period. */
  forget(number: number): void {
    if (number < this.waitsFor.length) this.waitsFor[number] = 0;
  }

  /** Pages that are due after `before`, up to `tick`. */
  takeDue(before: number, tick: number, take: (number: number) => void): void {
    this.takenTick = tick;
    for (let due = Math.max(before + 1, tick - this.period + 1); due <= tick; due++) {
      const numbers = this.waiting[due % this.period]!;
      let count = 0;
      for (let i = 0; i < numbers.length; i++) {
        const waitsFor = this.waitsFor[numbers[i]!]!;
        // What waits in another list was forgotten here. After a gap in the ticks some wait for a tick that is still to come.
        if (waitsFor === 0 || (waitsFor - due) % this.period !== 0) continue;
        if (waitsFor > tick) numbers[count++] = numbers[i]!;
        else take(numbers[i]!);
      }
      if (numbers.length > count) numbers.length = count;
    }
  }
}
