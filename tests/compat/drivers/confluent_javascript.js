/** Driver of @confluentinc/kafka-javascript: librdkafka for Node, behind promises in the manner of kafkajs. */
'use strict'

const { randomUUID } = require('crypto')
const { KafkaJS, librdkafkaVersion } = require('@confluentinc/kafka-javascript')
const { DriverError, Inbox, serve, text } = require('./line_protocol.js')

const ACKS = { 0: 0, 1: 1, all: -1 }
const ALREADY_EXISTS = 36
const CALL_MS = 30000

class Driver {
  constructor(address) {
    const kafkaJS = { clientId: 'confluent', brokers: [address], logLevel: KafkaJS.logLevel.ERROR }
    this._kafka = new KafkaJS.Kafka({ kafkaJS, 'reconnect.backoff.max.ms': 500 })
    this._producers = new Map()
  }

  async create_topic({ name, partitions }) {
    const topics = [{ topic: name, numPartitions: partitions, replicationFactor: 1 }]
    const created = await (await this._admin()).createTopics({ topics, timeout: CALL_MS })
    if (!created) throw new DriverError(ALREADY_EXISTS, 'createTopics returned false: the topic exists')
  }

  async delete_topic({ name }) {
    await (await this._admin()).deleteTopics({ topics: [name], timeout: CALL_MS })
  }

  async list_topics() {
    return (await this._admin()).listTopics({ timeout: CALL_MS })
  }

  async partitions({ name }) {
    const [topic] = await (await this._admin()).fetchTopicMetadata({ topics: [name], timeout: CALL_MS })
    return topic.partitions.length
  }

  /** Each message is a call of its own, which tells where it went; librdkafka makes batches of them. */
  async produce({ topic, messages, ...settings }) {
    const producer = await this._producer(settings)
    const sent = messages.map(message => producer.send({ topic, messages: [produced(message)] }))
    const places = await Promise.all(sent)
    return places.map(([{ partition, baseOffset }]) => [partition, Number(baseOffset)])
  }

  /** It consumes in groups only: without one, a group that nobody else is in and that commits nothing. */
  async open({ topic, group, limit, fetch_bytes: fetchBytes, auto_commit: autoCommit, start, isolation, member }) {
    this._topic = topic
    this._inbox = new Inbox(limit)
    this._returnsRest = autoCommit
    this._consumer = this._kafka.consumer({
      kafkaJS: {
        groupId: group ?? `no-group-${randomUUID()}`,
        fromBeginning: start !== 'latest',
        readUncommitted: isolation !== 'read_committed',
        autoCommit: autoCommit && group !== null,
        autoCommitInterval: 500,
        ...(fetchBytes && { maxBytesPerPartition: fetchBytes })
      },
      'topic.metadata.refresh.interval.ms': 1000,
      ...memberSettings(member)
    })
    await this._consumer.connect()
    await this._consumer.subscribe({ topics: [topic] })
    await this._consumer.run({
      eachMessage: async ({ partition, message }) => this._inbox.put(consumed(partition, message))
    })
  }

  async poll({ seconds }) {
    return this._inbox.poll(seconds)
  }

  async owned() {
    return this._consumer.assignment().map(({ partition }) => partition)
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
    return this._returnsRest ? this._inbox.take() : []
  }

  /** The client gives the end of the partition where Kafka says that there is no such message. */
  async offset_for_time({ topic, partition, timestamp }) {
    const admin = await this._admin()
    const found = await admin.fetchTopicOffsetsByTimestamp(topic, timestamp, { timeout: CALL_MS })
    const end = await admin.fetchTopicOffsets(topic, { timeout: CALL_MS })
    const { offset } = of(found, partition)
    return offset === of(end, partition).high ? null : Number(offset)
  }

  async delete_records({ topic, partition, before }) {
    const partitions = [{ partition, offset: `${before}` }]
    const [deleted] = await (await this._admin()).deleteTopicRecords({ topic, partitions, timeout: CALL_MS })
    return deleted.lowWatermark
  }

  async list_groups() {
    return (await (await this._admin()).listGroups({ timeout: CALL_MS })).groups.map(({ groupId }) => groupId)
  }

  async describe_group({ group }) {
    const { groups } = await (await this._admin()).describeGroups([group], { timeout: CALL_MS })
    if (groups[0].error) throw groups[0].error
    const states = Object.entries(KafkaJS.ConsumerGroupStates)
    return { state: states.find(([, state]) => state === groups[0].state)[0], members: groups[0].members.length }
  }

  async group_offsets({ group, topic }) {
    const [found] = await (await this._admin()).fetchOffsets({ groupId: group, topics: [topic], timeout: CALL_MS })
    return Object.fromEntries(found.partitions.map(({ partition, offset }) => [partition, Number(offset)]))
  }

  async delete_group({ group }) {
    await (await this._admin()).deleteGroups([group], { timeout: CALL_MS })
  }

  async _admin() {
    if (!this._connectedAdmin) {
      this._connectedAdmin = this._kafka.admin()
      await this._connectedAdmin.connect()
    }
    return this._connectedAdmin
  }

  async _producer({ codec, acks, idempotent, batch_bytes: batchBytes, max_request_bytes: maxBytes }) {
    const name = JSON.stringify([codec, acks, idempotent, batchBytes, maxBytes])
    if (!this._producers.has(name)) {
      const producer = this._kafka.producer({
        kafkaJS: { compression: codec, acks: ACKS[acks], idempotent },
        'linger.ms': 5,
        ...(batchBytes && { 'batch.size': batchBytes }),
        ...(maxBytes && { 'message.max.bytes': maxBytes })
      })
      await producer.connect()
      this._producers.set(name, producer)
    }
    return this._producers.get(name)
  }
}

function memberSettings(member) {
  if (!member) return {}
  const instance = member.instance === null ? {} : { 'group.instance.id': member.instance }
  if (member.protocol === 'consumer') {
    return { ...instance, 'group.protocol': 'consumer', 'group.remote.assignor': member.assignor ?? 'uniform' }
  }
  return {
    ...instance,
    'partition.assignment.strategy': member.assignor,
    'session.timeout.ms': member.session_ms,
    'heartbeat.interval.ms': member.heartbeat_ms
  }
}

function of(places, partition) {
  return places.find(place => place.partition === partition)
}

function produced({ key, value, headers, timestamp, partition }) {
  const one = { key, value, headers: grouped(headers) }
  if (partition !== undefined) one.partition = partition
  if (timestamp !== undefined) one.timestamp = `${timestamp}`
  return one
}

/** The client has headers as an object, a repeated name with a list of values. */
function grouped(headers) {
  const values = {}
  for (const [name, value] of headers) (values[name] ??= []).push(value)
  return values
}

function consumed(partition, { offset, timestamp, key, value, headers }) {
  const pairs = Object.entries(headers ?? {}).flatMap(([name, all]) => [all].flat().map(one => [name, text(one)]))
  return {
    partition,
    offset: Number(offset),
    timestamp: Number(timestamp),
    key: text(key),
    value: text(value),
    headers: pairs
  }
}

/** Kafka's codes are librdkafka's positive ones; they are in the error or in the first of several. */
function errorCode(error) {
  const first = error.groups?.[0]?.error ?? error.partitions?.[0]?.error ?? error.errors?.[0]
  const code = (first ?? error).code
  return code > 0 ? code : null
}

serve(new Driver(process.argv[2]), 'confluent-kafka-javascript', librdkafkaVersion, errorCode)
