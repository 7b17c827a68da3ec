/** Messages read through the generated accessors, as engines do: the second opinion on our own reader and writer. */
import { ByteBuffer } from 'flatbuffers';
import type { ClientItem, ClientMessage } from '../client/client-message.ts';
import { Call } from '../generated/tickbase/wire/call.ts';
import { ClientMessage as WireClientMessage } from '../generated/tickbase/wire/client-message.ts';
import { Hello } from '../generated/tickbase/wire/hello.ts';
import { ItemBody } from '../generated/tickbase/wire/item-body.ts';
import { OneOffQuery } from '../generated/tickbase/wire/one-off-query.ts';
import type { Member } from '../generated/tickbase/wire/member.ts';
import { Section as WireSection } from '../generated/tickbase/wire/section.ts';
import { Subscribe } from '../generated/tickbase/wire/subscribe.ts';
import { TypeKind } from '../generated/tickbase/wire/type-kind.ts';
import { Unsubscribe } from '../generated/tickbase/wire/unsubscribe.ts';
import type { Welcome as WireWelcome } from '../generated/tickbase/wire/welcome.ts';
import type { WireColumn as GeneratedColumn } from '../generated/tickbase/wire/wire-column.ts';
import type { WireSchema as GeneratedSchema } from '../generated/tickbase/wire/wire-schema.ts';
import type { WireTable as GeneratedTable } from '../generated/tickbase/wire/wire-table.ts';
import type { WireType as GeneratedType } from '../generated/tickbase/wire/wire-type.ts';
import type { QuantizePlan, SpatialPlan, TypePlan } from '@tickbase/schema/plan';
import type { Section, Watch, Welcome, WireSchema } from '../server/section.ts';
import { CALL_STATUSES } from '../server/section-shapes.ts';

export function readClientMessage(bytes: Uint8Array): ClientMessage {
  const root = WireClientMessage.getRootAsClientMessage(new ByteBuffer(bytes));
  return {
    receiptTick: Number(root.receiptTick()),
    items: list(root.itemsLength(), (i) => readItem(root.items(i)!)),
  };
}

function readItem(item: NonNullable<ReturnType<WireClientMessage['items']>>): ClientItem {
  switch (item.bodyType()) {
    case ItemBody.Hello: {
      const hello: Hello = item.body(new Hello());
      const resume = hello.resume();
      return {
        kind: 'hello',
        protocolVersion: hello.protocolVersion(),
        token: hello.token() ?? '',
        confirmed: hello.confirmed(),
        schemaHash: hello.schemaHash() ?? '',
        resume:
          resume === null
            ? null
            : {
                epoch: resume.epoch()!,
                connectionId: resume.connectionId()!.low() | (resume.connectionId()!.high() << 64n),
                resumeToken: resume.resumeToken()!,
                lastTick: Number(resume.lastTick()),
              },
        resultsSeen: hello.resultsSeen(),
        bytesPerSecond: hello.bytesPerSecond(),
      };
    }
    case ItemBody.Call: {
      const call: Call = item.body(new Call());
      return { kind: 'call', sequence: call.sequence(), reducerId: call.reducerId(), args: call.argsArray()!.slice() };
    }
    case ItemBody.Subscribe: {
      const subscribe: Subscribe = item.body(new Subscribe());
      const queries = list(subscribe.queriesLength(), (i) => subscribe.queries(i));
      return { kind: 'subscribe', querySetId: subscribe.querySetId(), queries };
    }
    case ItemBody.Unsubscribe: {
      const unsubscribe: Unsubscribe = item.body(new Unsubscribe());
      return { kind: 'unsubscribe', querySetId: unsubscribe.querySetId() };
    }
    case ItemBody.OneOffQuery: {
      const query: OneOffQuery = item.body(new OneOffQuery());
      return { kind: 'query', requestId: query.requestId(), query: query.query()! };
    }
    default:
      return { kind: 'goodbye' };
  }
}

/** The sections of a message. */
export function readServerMessage(bytes: Uint8Array): Section[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const sections: Section[] = [];
  for (let start = 0; start < bytes.length; start += view.getUint32(start, true)) {
    const envelope = bytes.slice(start + 8, start + 8 + view.getUint32(start + 4, true));
    sections.push(readSection(WireSection.getRootAsSection(new ByteBuffer(envelope))));
  }
  return sections;
}

function readSection(root: WireSection): Section {
  const head = root.head()!;
  const welcome = root.welcome();
  return {
    head: {
      tick: Number(head.tick()),
      durableTick: Number(head.durableTick()),
      serverTimeUs: head.serverTimeUs(),
      callsProcessed: head.callsProcessed(),
      timeScale: head.timeScale(),
      flags: head.flags(),
    },
    welcome: welcome === null ? null : readWelcome(welcome),
    results: list(root.resultsLength(), (i) => {
      const result = root.results(i)!;
      return {
        sequence: result.sequence(),
        status: CALL_STATUSES[result.status()]!,
        code: result.code() ?? '',
        message: result.message() ?? '',
        tick: Number(result.tick()),
      };
    }),
    watches: list(root.watchesLength(), (i): Watch => {
      const watch = root.watches(i)!;
      const isCell = (watch.flags() & 1) !== 0;
      return {
        handle: watch.handle(),
        tableId: watch.tableId(),
        partitioning: watch.partitioning(),
        cell: isCell ? { space: watch.space(), cellX: watch.cellX(), cellY: watch.cellY() } : null,
        isExact: (watch.flags() & 2) !== 0,
      };
    }),
    unwatches: list(root.unwatchesLength(), (i) => root.unwatches(i)!),
    ownRows: list(root.ownRowsLength(), (i) => {
      const own = root.ownRows(i)!;
      return { tableId: own.tableId(), slot: own.slot(), row: own.rowArray()!.slice() };
    }),
    applied: list(root.appliedLength(), (i) => root.applied(i)!),
    ended: list(root.endedLength(), (i) => root.ended(i)!),
    subscriptionErrors: list(root.subscriptionErrorsLength(), (i) => {
      const error = root.subscriptionErrors(i)!;
      return { querySetId: error.querySetId(), code: error.code()!, message: error.message()! };
    }),
    queryAnswers: list(root.queryAnswersLength(), (i) => {
      const answer = root.queryAnswers(i)!;
      return {
        requestId: answer.requestId(),
        code: answer.code() ?? '',
        message: answer.message() ?? '',
        tableId: answer.tableId(),
        rows: list(answer.rowsLength(), (place) => answer.rows(place)!.rowArray()!.slice()),
      };
    }),
  };
}

function readWelcome(welcome: WireWelcome): Welcome {
  const identity = welcome.identity()!;
  const connection = welcome.connectionId()!;
  const schema = welcome.schema();
  return {
    protocolVersion: welcome.protocolVersion(),
    epoch: welcome.epoch()!,
    database: welcome.database()!,
    identity: identity.part0() | (identity.part1() << 64n) | (identity.part2() << 128n) | (identity.part3() << 192n),
    connectionId: connection.low() | (connection.high() << 64n),
    token: welcome.token()!,
    resumeToken: welcome.resumeToken()!,
    isResumed: welcome.isResumed(),
    resumeGraceMs: welcome.resumeGraceMs(),
    tickRate: welcome.tickRate(),
    schemaHash: welcome.schemaHash()!,
    schema: schema === null ? null : readSchema(schema),
    pastCallsProcessed: welcome.pastCallsProcessed(),
  };
}

function readSchema(schema: GeneratedSchema): WireSchema {
  return {
    tables: list(schema.tablesLength(), (i) => {
      const table: GeneratedTable = schema.tables(i)!;
      const key = table.primaryKeyArray();
      return {
        id: table.id(),
        name: table.name()!,
        isEvent: table.isEvent(),
        columns: list(table.columnsLength(), (c) => {
          const column: GeneratedColumn = table.columns(c)!;
          return {
            id: column.id(),
            name: column.name()!,
            type: readType(column.type()!),
            quantize: readQuantize(column),
          };
        }),
        primaryKey: key === null ? null : [...key],
        spatial: readSpatial(table),
      };
    }),
    reducers: list(schema.reducersLength(), (i) => {
      const reducer = schema.reducers(i)!;
      const params = list(reducer.paramsLength(), (p) => reducer.params(p)!);
      return {
        id: reducer.id(),
        name: reducer.name()!,
        params: params.map((param) => ({ name: param.name()!, type: readType(param.type()!) })),
      };
    }),
  };
}

function readType(type: GeneratedType): TypePlan {
  const name = type.name();
  const members = list(type.membersLength(), (i): Member => type.members(i)!);
  const typeOf = (index: number): TypePlan => readType(members[index]!.type()!);
  switch (type.kind()) {
    case TypeKind.Option:
      return { kind: 'option', of: typeOf(0) };
    case TypeKind.Array:
      return { kind: 'array', of: typeOf(0) };
    case TypeKind.Object_:
      return {
        kind: 'object',
        name,
        fields: members.map((field) => ({ name: field.name()!, type: readType(field.type()!) })),
      };
    case TypeKind.Enum:
      return {
        kind: 'enum',
        name,
        variants: members.map((variant) => ({
          id: variant.id(),
          name: variant.name()!,
          type: readType(variant.type()!),
        })),
      };
    case TypeKind.Result:
      return { kind: 'result', ok: typeOf(0), err: typeOf(1) };
    default: {
      const spelling = TypeKind[type.kind()]!;
      return { kind: (spelling[0]!.toLowerCase() + spelling.slice(1)) as 'unit' };
    }
  }
}

function readQuantize(column: GeneratedColumn): QuantizePlan | null {
  switch (column.quantize()) {
    case 1:
      return { kind: 'step', step: column.step(), min: null, max: null };
    case 2:
      return { kind: 'step', step: column.step(), min: column.rangeMin(), max: column.rangeMax() };
    case 3:
      return { kind: 'angle', bits: column.angleBits() };
    default:
      return null;
  }
}

function readSpatial(table: GeneratedTable): SpatialPlan | null {
  switch (table.spatial()) {
    case 1: {
      const space = table.space() === 65_535 ? null : table.space();
      return { kind: 'position', x: table.x(), y: table.y(), space, cell: table.cell() };
    }
    case 2:
      return { kind: 'follows', column: table.followsColumn(), table: table.followsTable()! };
    default:
      return null;
  }
}

function list<T>(count: number, item: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => item(index));
}
