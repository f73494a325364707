/**
 * The partition of a key as Kafka's Java clients choose it: murmur2 of the key's UTF-8 bytes. kafkajs
 * has it in 64-bit objects, which takes longer than everything else that mediation does to a record.
 * Source: Apache Kafka, org.apache.kafka.common.utils.Utils.murmur2 and toPositive.
 */

const SEED = 0x9747b28c
const FACTOR = 0x5bd1e995
const POSITIVE = 0x7fffffff

/** 0 to `partitionsCount` - 1. */
export function partitionOfKey(key: string, partitionsCount: number): number {
  return (murmur2(Buffer.from(key)) & POSITIVE) % partitionsCount
}

/** A signed 32-bit integer, as in Java. */
function murmur2(bytes: Buffer): number {
  const { length } = bytes
  let hash = SEED ^ length
  let at = 0
  for (; at + 4 <= length; at += 4) {
    const word = Math.imul(bytes.readInt32LE(at), FACTOR)
    hash = Math.imul(hash, FACTOR) ^ Math.imul(word ^ (word >>> 24), FACTOR)
  }
  let rest = 0
  for (let last = length - 1; last >= at; last -= 1) rest = (rest << 8) | bytes[last]!
  if (at < length) hash = Math.imul(hash ^ rest, FACTOR)
  hash = Math.imul(hash ^ (hash >>> 13), FACTOR)
  return hash ^ (hash >>> 15)
}
