/** The administrative half of @platformatic/kafka's driver. */
'use strict'

const { Admin, ConfigResourceTypes, IncrementalAlterConfigOperationTypes } = require('@platformatic/kafka')

class Administration {
  constructor(common) {
    this._common = common
    this._admin = new Admin({ ...common, retries: 2 }) // it also retries what is an answer here
  }

  async create_topic({ name, partitions }) {
    await this._admin.createTopics({ topics: [name], partitions, replicas: 1 })
  }

  async delete_topic({ name }) {
    await this._admin.deleteTopics({ topics: [name] })
  }

  async partitions({ name }) {
    const { topics } = await this._admin.metadata({ topics: [name], forceUpdate: true })
    return topics.get(name).partitionsCount
  }

  async list_topics() {
    return this._admin.listTopics()
  }

  async create_partitions({ name, partitions }) {
    await this._admin.createPartitions({ topics: [{ name, count: partitions }] })
  }

  async topic_configs({ name }) {
    const resources = [{ resourceType: ConfigResourceTypes.TOPIC, resourceName: name }]
    const [{ configs }] = await this._admin.describeConfigs({ resources })
    return Object.fromEntries(configs.map(({ name: key, value }) => [key, value]))
  }

  async set_topic_configs({ name, configs }) {
    const changes = Object.entries(configs).map(([key, value]) => {
      return { name: key, configOperation: IncrementalAlterConfigOperationTypes.SET, value }
    })
    const resources = [{ resourceType: ConfigResourceTypes.TOPIC, resourceName: name, configs: changes }]
    await this._admin.incrementalAlterConfigs({ resources })
  }

  async delete_records({ topic, partition, before }) {
    const partitions = [{ partition, offset: BigInt(before) }]
    const [answer] = await this._admin.deleteRecords({ topics: [{ name: topic, partitions }] })
    return Number(answer.partitions[0].lowWatermark)
  }

  async offset_for_time({ topic, partition, timestamp }) {
    const partitions = [{ partitionIndex: partition, timestamp: BigInt(timestamp) }]
    const [found] = await this._admin.listOffsets({ topics: [{ name: topic, partitions }] })
    const { offset } = found.partitions[0]
    return offset < 0n ? null : Number(offset)
  }

  async list_groups() {
    return [...(await this._admin.listGroups()).keys()]
  }

  async group_offsets({ group, topic }) {
    const [{ topics }] = await this._admin.listConsumerGroupOffsets({ groups: [group] })
    const { partitions } = topics.find(({ name }) => name === topic)
    return Object.fromEntries(
      partitions.map(({ partitionIndex, committedOffset }) => [partitionIndex, Number(committedOffset)])
    )
  }

  async delete_group({ group }) {
    await this._admin.deleteGroups({ groups: [group] })
  }

  async describe_group({ group }) {
    const { state, members } = (await this._admin.describeGroups({ groups: [group] })).get(group)
    return { state, members: members.size }
  }

  async set_group_offsets({ group, topic, offsets }) {
    const partitionOffsets = Object.entries(offsets).map(([partition, offset]) => {
      return { partition: Number(partition), offset: BigInt(offset) }
    })
    await this._admin.alterConsumerGroupOffsets({ groupId: group, topics: [{ name: topic, partitionOffsets }] })
  }
}

module.exports = { Administration }
