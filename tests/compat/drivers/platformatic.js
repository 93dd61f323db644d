/** Driver of @platformatic/kafka. */
'use strict'

const { randomUUID } = require('crypto')
const { Consumer, FetchIsolationLevels, Producer, clientSoftwareVersion } = require('@platformatic/kafka')
const { Administration } = require('./platformatic_admin.js')
const { Inbox, pieces, serve, text } = require('./line_protocol.js')

const ACKS = { 0: 0, 1: 1, all: -1 }
const ISOLATION = {
  undefined: FetchIsolationLevels.READ_UNCOMMITTED,
  read_committed: FetchIsolationLevels.READ_COMMITTED
}

class Driver extends Administration {
  constructor(address) {
    super({ clientId: 'platformatic', bootstrapBrokers: [address], retryDelay: 100 })
    this._producers = new Map()
  }

  /** One call is one batch for each partition; where a message went in it, the client does not tell. */
  async produce({ topic, messages, codec, acks, idempotent, batch_bytes: batchBytes }) {
    const producer = this._producer(idempotent)
    for (const piece of runs(messages).flatMap(run => pieces(run, batchBytes))) {
      await producer.send({
        acks: ACKS[acks],
        compression: codec,
        messages: piece.map(message => produced(topic, message))
      })
    }
    return null
  }

  /** It consumes in groups only: without one, a group that nobody else is in and that commits nothing. */
  async open({ topic, group, limit, fetch_bytes: fetchBytes, auto_commit: autoCommit, start, isolation, member }) {
    this._topic = topic
    this._inbox = new Inbox(limit)
    this._returnsRest = autoCommit
    this._consumer = new Consumer({
      ...this._common,
      groupId: group ?? `no-group-${randomUUID()}`,
      autocommit: autoCommit && group !== null,
      maxBytesPerPartition: fetchBytes ?? undefined,
      maxWaitTime: 200,
      isolationLevel: ISOLATION[isolation],
      ...membership(member),
      retries: 100 // the first group of a Kafka waits for the topic of the offsets
    })
    await this._consume({ mode: 'committed', fallbackMode: start ?? 'earliest' })
  }

  async _consume(start) {
    this._stream = await this._consumer.consume({ topics: [this._topic], ...start })
    this._stream.on('data', message => this._inbox.put(consumed(message)))
  }

  async poll({ seconds }) {
    return this._inbox.poll(seconds)
  }

  /** Another position is another stream. */
  async seek({ partition, offset }) {
    await this._stream.close()
    this._inbox.clear()
    await this._consume({ mode: 'manual', offsets: [{ topic: this._topic, partition, offset: BigInt(offset) }] })
  }

  async commit() {
    const offsets = this._inbox.positions().map(([partition, offset]) => {
      return { topic: this._topic, partition, offset: BigInt(offset), leaderEpoch: -1 }
    })
    await this._consumer.commit({ offsets })
  }

  async close() {
    await this._stream.close()
    await this._consumer.close()
    this._consumer = null
    return this._returnsRest ? this._inbox.take() : []
  }

  async reset() {
    if (this._consumer) await this.close()
  }

  _producer(idempotent) {
    if (!this._producers.has(idempotent)) {
      this._producers.set(
        idempotent,
        new Producer({ ...this._common, idempotent, autocreateTopics: true, retries: 100 })
      )
    }
    return this._producers.get(idempotent)
  }
}

/** How a consumer is a member of its group. */
function membership(member) {
  if (!member) return { heartbeatInterval: 300 }
  const groupInstanceId = member.instance ?? undefined
  if (member.protocol === 'consumer') {
    return { groupProtocol: 'consumer', groupRemoteAssignor: member.assignor ?? undefined, groupInstanceId }
  }
  return { groupInstanceId, sessionTimeout: member.session_ms, heartbeatInterval: member.heartbeat_ms }
}

/** Messages with a timestamp and without apart: 1.35.0 writes one wrong that is 2**31 ms after the first in its batch. */
function runs(messages) {
  const all = [[]]
  for (const message of messages) {
    const last = all.at(-1).at(-1) ?? message
    if ('timestamp' in last !== 'timestamp' in message) all.push([])
    all.at(-1).push(message)
  }
  return all
}

/** As bytes: two keys of the same text are two keys in a map, so that headers may be repeated. */
function produced(topic, { key, value, headers, timestamp, partition }) {
  return {
    topic,
    partition,
    key: bytes(key),
    value: bytes(value),
    headers: new Map(headers.map(([name, each]) => [bytes(name), bytes(each)])),
    timestamp: timestamp === undefined ? undefined : BigInt(timestamp)
  }
}

function consumed({ partition, offset, timestamp, key, value, headers }) {
  return {
    partition,
    offset: Number(offset),
    timestamp: Number(timestamp),
    key: text(key),
    value: text(value),
    headers: [...headers].map(([name, each]) => [text(name), text(each)])
  }
}

const bytes = value => (value === null ? undefined : Buffer.from(value))

/** An error holds those of the requests behind it; the first that the broker sent has Kafka's code. */
function errorCode(error) {
  return error.findBy?.('code', 'PLT_KFK_PROTOCOL')?.apiCode
}

serve(new Driver(process.argv[2]), '@platformatic/kafka', clientSoftwareVersion, errorCode)
