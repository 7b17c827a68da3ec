import { assert, type ByteWriter } from '@tickbase/base';
import { FlatWriter, type FlatTable } from '../flatbuffers/flat-writer.ts';
import type { ClientItem, ClientMessage, HelloItem } from './client-message.ts';
import * as shapes from './client-shapes.ts';

/** Writes one message; the writer is empty. */
export function encodeClientMessage(writer: ByteWriter, message: ClientMessage): void {
  assert(writer.length === 0, 'a client message begins at the first byte');
  const flat = new FlatWriter(writer);
  const root = flat.root(shapes.CLIENT_MESSAGE, message.items.length === 0 ? 0b01 : 0b11);
  root.u53(0, message.receiptTick);
  if (message.items.length > 0) {
    const first = root.vector(1, message.items.length, 4, 4);
    message.items.forEach((item, index) => encodeItem(root.item(first + 4 * index, shapes.ITEM, 0b11), item));
  }
  writer.alignTo(8);
}

function encodeItem(table: FlatTable, item: ClientItem): void {
  switch (item.kind) {
    case 'hello':
      table.u8(0, shapes.BODY_HELLO);
      encodeHello(table, item);
      return;
    case 'call': {
      table.u8(0, shapes.BODY_CALL);
      const call = table.table(1, shapes.CALL, 0b111);
      call.u32(0, item.sequence);
      call.u32(1, item.reducerId);
      call.raw(2, item.args);
      return;
    }
    case 'subscribe': {
      table.u8(0, shapes.BODY_SUBSCRIBE);
      const subscribe = table.table(1, shapes.SUBSCRIBE, 0b11);
      subscribe.u32(0, item.querySetId);
      subscribe.strings(1, item.queries);
      return;
    }
    case 'unsubscribe':
      table.u8(0, shapes.BODY_UNSUBSCRIBE);
      table.table(1, shapes.UNSUBSCRIBE, 0b1).u32(0, item.querySetId);
      return;
    case 'query': {
      table.u8(0, shapes.BODY_ONE_OFF_QUERY);
      const query = table.table(1, shapes.ONE_OFF_QUERY, 0b11);
      query.u32(0, item.requestId);
      query.string(1, item.query);
      return;
    }
    case 'goodbye':
      table.u8(0, shapes.BODY_GOODBYE);
      table.table(1, shapes.GOODBYE, 0);
  }
}

function encodeHello(table: FlatTable, item: HelloItem): void {
  const limitBit = item.bytesPerSecond === 0 ? 0 : 0b1000000; // a server that does not know the field is not bothered
  const hello = table.table(1, shapes.HELLO, limitBit | (item.resume === null ? 0b101111 : 0b111111));
  hello.u32(0, item.protocolVersion);
  hello.string(1, item.token);
  hello.u8(2, item.confirmed ? 1 : 0);
  hello.string(3, item.schemaHash);
  hello.u32(5, item.resultsSeen);
  if (item.bytesPerSecond > 0) hello.u32(6, item.bytesPerSecond);
  if (item.resume === null) return;
  const resume = hello.table(4, shapes.RESUME, 0b1111);
  resume.string(0, item.resume.epoch);
  resume.bits(1, item.resume.connectionId, 128);
  resume.string(2, item.resume.resumeToken);
  resume.u53(3, item.resume.lastTick);
}
