/** The loop that the JavaScript drivers share; the commands are those of line_protocol.py. */
'use strict'

const readline = require('readline')

/** An answer with an error in it: Kafka's code when the client tells it. */
class DriverError extends Error {
  constructor(code, message) {
    super(message)
    this.kafkaCode = code
  }
}

/** Answer commands by calling the driver's method of that name, one after the other, until the input ends. */
async function serve(driver, client, version, errorCode) {
  const send = claimStdout()
  send({ ok: { client, version } })
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { do: name, ...parameters } = JSON.parse(line)
    try {
      if (!(name in driver)) throw new DriverError(null, `unknown command ${name}`)
      send({ ok: (await driver[name](parameters)) ?? null })
    } catch (error) {
      const code = error instanceof DriverError ? error.kafkaCode : errorCode(error)
      send({ error: { code: code ?? null, message: `${error.name}: ${error.message}` } })
    }
  }
  process.exit(0) // without waiting for the clients to say goodbye
}

/** Keep stdout for answers and send whatever a library prints to stderr. */
function claimStdout() {
  const write = process.stdout.write.bind(process.stdout)
  process.stdout.write = process.stderr.write.bind(process.stderr)
  return value => write(JSON.stringify(value) + '\n')
}

/** What was consumed until poll returns it, and how far that is in each partition: the position to commit. */
class Inbox {
  constructor(limit) {
    this._messages = []
    this._left = limit ?? Infinity
    this._positions = new Map()
    this._arrived = () => {}
  }

  put(message) {
    this._messages.push(message)
    this._arrived()
  }

  clear() {
    this._messages = []
  }

  /** What is there and may be returned; waits for something, but no longer than this. */
  async poll(seconds) {
    if (!this._messages.length && this._left) {
      let timer
      await new Promise(resolve => {
        this._arrived = resolve
        timer = setTimeout(resolve, seconds * 1000)
      })
      clearTimeout(timer)
    } else if (!this._left) {
      await new Promise(resolve => setTimeout(resolve, seconds * 1000))
    }
    return this.take()
  }

  take() {
    const taken = this._messages.splice(0, Math.min(this._left, this._messages.length))
    this._left -= taken.length
    for (const { partition, offset } of taken) this._positions.set(partition, offset + 1)
    return taken
  }

  positions() {
    return [...this._positions]
  }
}

/** Messages in pieces of about this many bytes of values, for a client that makes one batch of each call. */
function pieces(messages, bytes) {
  const all = [[]]
  let size = 0
  for (const message of messages) {
    size += Buffer.byteLength(message.value ?? '')
    if (bytes && size > bytes && all.at(-1).length) {
      all.push([])
      size = Buffer.byteLength(message.value ?? '')
    }
    all.at(-1).push(message)
  }
  return all
}

const text = data => (data == null ? null : data.toString())

module.exports = { DriverError, Inbox, pieces, serve, text }
