/** Driver of kafkajs, with codecs from other packages for what it has none of its own. */
'use strict'

const { randomUUID } = require('crypto')
const { CompressionCodecs, CompressionTypes, Kafka, Partitioners, logLevel } = require('kafkajs')
const snappy = require('kafkajs-snappy')
const lz4 = require('lz4-napi')
const { ZstdCodec } = require('zstd-codec')
const { Admin } = require('./kafkajs_admin.js')
const { errorCode } = require('./kafkajs_errors.js')
const { Inbox, pieces, serve, text } = require('./line_protocol.js')

const ACKS = { 0: 0, 1: 1, all: -1 }
const CODECS = {
  none: CompressionTypes.None,
  gzip: CompressionTypes.GZIP,
  snappy: CompressionTypes.Snappy,
  lz4: CompressionTypes.LZ4,
  zstd: CompressionTypes.ZSTD
}

class Driver extends Admin {
  constructor(address) {
    super(
      new Kafka({
        clientId: 'kafkajs',
        brokers: [address],
        logLevel: logLevel.WARN,
        retry: { initialRetryTime: 100, maxRetryTime: 500, retries: 30 }
      })
    )
    this._producers = new Map()
  }

  /** One call is one batch for each partition; where a message went in it, kafkajs does not tell. */
  async produce({ topic, messages, codec, acks, idempotent, batch_bytes: batchBytes }) {
    const producer = await this._producer(idempotent)
    for (const piece of pieces(messages, batchBytes)) {
      await producer.send({
        topic,
        acks: ACKS[acks],
        compression: CODECS[codec],
        messages: piece.map(({ key, value, headers, timestamp, partition }) => {
          return { key, value, headers: grouped(headers), timestamp: timestamp?.toString(), partition }
        })
      })
    }
    return null
  }

  /** kafkajs consumes in groups only: without one, a group that nobody else is in and that commits nothing. */
  async open({ topic, group, limit, fetch_bytes: fetchBytes, auto_commit: autoCommit, start, isolation }) {
    this._topic = topic
    this._inbox = new Inbox(limit)
    this._returnsRest = autoCommit
    this._consumer = this._kafka.consumer({
      groupId: group ?? `no-group-${randomUUID()}`,
      maxBytesPerPartition: fetchBytes ?? undefined,
      maxWaitTimeInMs: 200,
      heartbeatInterval: 300,
      readUncommitted: isolation !== 'read_committed'
    })
    await this._consumer.connect()
    await this._consumer.subscribe({ topics: [topic], fromBeginning: start !== 'latest' })
    await this._consumer.run({
      autoCommit: autoCommit && group !== null,
      autoCommitInterval: 500,
      eachBatch: async ({ batch, isStale }) => {
        if (isStale()) return // read before a seek
        for (const message of batch.messages) this._inbox.put(consumed(batch.partition, message))
      }
    })
  }

  async poll({ seconds }) {
    return this._inbox.poll(seconds)
  }

  async seek({ partition, offset }) {
    this._inbox.clear()
    this._consumer.seek({ topic: this._topic, partition, offset: `${offset}` })
  }

  async pause({ partition }) {
    this._consumer.pause([{ topic: this._topic, partitions: [partition] }])
  }

  async resume({ partition }) {
    this._consumer.resume([{ topic: this._topic, partitions: [partition] }])
  }

  async commit() {
    const positions = this._inbox.positions()
    await this._consumer.commitOffsets(
      positions.map(([partition, offset]) => ({ topic: this._topic, partition, offset: `${offset}` }))
    )
  }

  async close() {
    await this._consumer.disconnect()
    this._consumer = null
    return this._returnsRest ? this._inbox.take() : []
  }

  async reset() {
    if (this._consumer) await this.close()
  }

  async _producer(idempotent) {
    if (!this._producers.has(idempotent)) {
      const producer = this._kafka.producer({ idempotent, createPartitioner: Partitioners.DefaultPartitioner })
      await producer.connect()
      this._producers.set(idempotent, producer)
    }
    return this._producers.get(idempotent)
  }
}

/** kafkajs has headers as an object, a repeated name with a list of values. */
function grouped(headers) {
  const values = {}
  for (const [name, value] of headers) (values[name] ??= []).push(value)
  return values
}

function consumed(partition, { offset, timestamp, key, value, headers }) {
  const pairs = Object.entries(headers).flatMap(([name, values]) => [values].flat().map(each => [name, text(each)]))
  return {
    partition,
    offset: Number(offset),
    timestamp: Number(timestamp),
    key: text(key),
    value: text(value),
    headers: pairs
  }
}

ZstdCodec.run(zstd => {
  const streaming = new zstd.Streaming()
  CompressionCodecs[CompressionTypes.Snappy] = snappy
  CompressionCodecs[CompressionTypes.LZ4] = () => ({
    compress: async ({ buffer }) => lz4.compressFrame(buffer),
    decompress: async data => lz4.decompressFrame(data)
  })
  CompressionCodecs[CompressionTypes.ZSTD] = () => ({
    compress: async ({ buffer }) => Buffer.from(streaming.compress(buffer)),
    decompress: async data => Buffer.from(streaming.decompress(data))
  })
  const { version } = require('kafkajs/package.json')
  serve(new Driver(process.argv[2]), 'kafkajs', version, errorCode)
})
