/** The administrative half of kafkajs's driver. */
'use strict'

const { ConfigResourceTypes } = require('kafkajs')
const { DriverError } = require('./line_protocol.js')

const ALREADY_EXISTS = 36

class Admin {
  constructor(kafka) {
    this._kafka = kafka
  }

  async create_topic({ name, partitions }) {
    const topics = [{ topic: name, numPartitions: partitions, replicationFactor: 1 }]
    const created = await (await this._admin()).createTopics({ topics })
    if (!created) throw new DriverError(ALREADY_EXISTS, 'createTopics returned false: the topic exists')
  }

  async delete_topic({ name }) {
    await (await this._admin()).deleteTopics({ topics: [name] })
  }

  async partitions({ name }) {
    const { topics } = await (await this._admin()).fetchTopicMetadata({ topics: [name] })
    return topics[0].partitions.length
  }

  async list_topics() {
    return (await this._admin()).listTopics()
  }

  async create_partitions({ name, partitions }) {
    await (await this._admin()).createPartitions({ topicPartitions: [{ topic: name, count: partitions }] })
  }

  async topic_configs({ name }) {
    const asked = [{ type: ConfigResourceTypes.TOPIC, name }]
    const { resources } = await (await this._admin()).describeConfigs({ resources: asked, includeSynonyms: false })
    return Object.fromEntries(resources[0].configEntries.map(({ configName, configValue }) => [configName, configValue]))
  }

  async set_topic_configs({ name, configs }) {
    const configEntries = Object.entries(configs).map(([key, value]) => ({ name: key, value }))
    const resources = [{ type: ConfigResourceTypes.TOPIC, name, configEntries }]
    await (await this._admin()).alterConfigs({ resources, validateOnly: false })
  }

  /**
   * kafkajs knows the leader only of a topic that it asked about before, and does not tell what the broker answered:
   * where the partition begins now is asked for.
   */
  async delete_records({ topic, partition, before }) {
    const admin = await this._admin()
    await admin.fetchTopicOffsets(topic)
    await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: `${before}` }] })
    return Number(of(await admin.fetchTopicOffsets(topic), partition).low)
  }

  /** kafkajs gives the end of the partition where Kafka says that there is no such message. */
  async offset_for_time({ topic, partition, timestamp }) {
    const admin = await this._admin()
    const [found, end] = [await admin.fetchTopicOffsetsByTimestamp(topic, timestamp), await admin.fetchTopicOffsets(topic)]
    const offset = of(found, partition).offset
    return offset === of(end, partition).high ? null : Number(offset)
  }

  async list_groups() {
    return (await (await this._admin()).listGroups()).groups.map(({ groupId }) => groupId)
  }

  async group_offsets({ group, topic }) {
    const [{ partitions }] = await (await this._admin()).fetchOffsets({ groupId: group, topics: [topic] })
    return Object.fromEntries(partitions.map(({ partition, offset }) => [partition, Number(offset)]))
  }

  async delete_group({ group }) {
    await (await this._admin()).deleteGroups([group])
  }

  async describe_group({ group }) {
    const { groups } = await (await this._admin()).describeGroups([group])
    return { state: groups[0].state, members: groups[0].members.length }
  }

  async set_group_offsets({ group, topic, offsets }) {
    const partitions = Object.entries(offsets).map(([partition, offset]) => {
      return { partition: Number(partition), offset: `${offset}` }
    })
    await (await this._admin()).setOffsets({ groupId: group, topic, partitions })
  }

  /** It asks again after an unknown topic, which is an answer here: not often. */
  async _admin() {
    if (!this._connectedAdmin) {
      this._connectedAdmin = this._kafka.admin({ retry: { initialRetryTime: 100, maxRetryTime: 500, retries: 6 } })
      await this._connectedAdmin.connect()
    }
    return this._connectedAdmin
  }
}

function of(places, partition) {
  return places.find(place => place.partition === partition)
}

module.exports = { Admin }
