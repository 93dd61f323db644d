/** Driver of kafkajs's transactions; the commands are those of transactions.py. */
'use strict'

const { randomUUID } = require('crypto')
const { Kafka, Partitioners, logLevel } = require('kafkajs')
const { errorCode } = require('./kafkajs_errors.js')
const { Inbox, serve, text } = require('./line_protocol.js')

class Driver {
  constructor(address) {
    this._kafka = new Kafka({
      clientId: 'kafkajs',
      brokers: [address],
      logLevel: logLevel.WARN,
      retry: { initialRetryTime: 100, maxRetryTime: 500, retries: 10 }
    })
  }

  async init({ id, timeout_ms: transactionTimeout }) {
    this._producer = this._kafka.producer({
      transactionalId: id,
      transactionTimeout,
      maxInFlightRequests: 1,
      idempotent: true,
      createPartitioner: Partitioners.DefaultPartitioner
    })
    await this._producer.connect()
  }

  async begin() {
    this._transaction = await this._producer.transaction()
  }

  /** One call is one batch for each partition; where a message went in it, kafkajs does not tell. */
  async send({ topic, messages }) {
    await this._transaction.send({ topic, messages: messages.map(([partition, value]) => ({ partition, value })) })
    return null
  }

  async send_offsets({ group, topic, offsets }) {
    const partitions = Object.entries(offsets).map(([partition, offset]) => {
      return { partition: Number(partition), offset: `${offset}` }
    })
    await this._transaction.sendOffsets({ consumerGroupId: group, topics: [{ topic, partitions }] })
  }

  async commit() {
    await this._transaction.commit()
  }

  async abort() {
    await this._transaction.abort()
  }

  async read({ topic, committed, count, more_seconds: moreSeconds }) {
    const inbox = new Inbox(null)
    const consumer = this._kafka.consumer({
      groupId: `reader-${randomUUID()}`,
      maxWaitTimeInMs: 200,
      readUncommitted: !committed
    })
    await consumer.connect()
    await consumer.subscribe({ topics: [topic], fromBeginning: true })
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ partition, message }) => {
        inbox.put({ partition, offset: Number(message.offset), value: text(message.value) })
      }
    })
    const seen = []
    while (seen.length < count) seen.push(...(await inbox.poll(0.2)))
    await new Promise(resolve => setTimeout(resolve, moreSeconds * 1000))
    seen.push(...inbox.take())
    await consumer.disconnect()
    return seen.map(({ partition, offset, value }) => [partition, offset, value])
  }
}

const { version } = require('kafkajs/package.json')
serve(new Driver(process.argv[2]), 'kafkajs', version, errorCode)
