import type { ClientItem } from '@tickbase/protocol';
import type { Row } from '../cache/row.ts';
import type { Settler } from './settler.ts';

export interface Question {
  readonly query: string;
  readonly settler: Settler<Row[]>;
}

/** One-off queries that wait for their rows. They read only, so they are simply asked again after a lost link. */
export class QuestionLedger {
  readonly #questions = new Map<number, Question>();
  #lastId = 0;

  add(query: string, settler: Settler<Row[]>): ClientItem {
    const requestId = ++this.#lastId;
    this.#questions.set(requestId, { query, settler });
    return { kind: 'query', requestId, query };
  }

  unanswered(): ClientItem[] {
    return Array.from(this.#questions, ([requestId, { query }]) => ({ kind: 'query', requestId, query }));
  }

  answer(requestId: number): Question | undefined {
    const question = this.#questions.get(requestId);
    this.#questions.delete(requestId);
    return question;
  }

  takeAll(): Settler<Row[]>[] {
    const settlers = Array.from(this.#questions.values(), (question) => question.settler);
    this.#questions.clear();
    return settlers;
  }
}
