/** Where kafkajs keeps Kafka's error codes. */
'use strict'

/** Kafka's code is in the error, or in what was retried, or in the first of several. */
function errorCode(error) {
  if (!error) return null
  if (typeof error.code === 'number') return error.code
  return error.groups?.[0]?.errorCode ?? errorCode(error.cause ?? error.errors?.[0] ?? error.partitions?.[0]?.error)
}

module.exports = { errorCode }
