/**
 * CRC-32C (Castagnoli), the checksum of Kafka's record batches. Eight bytes a step from eight tables,
 * which takes a third of the time of one byte a step.
 */

/** The polynomial 0x1EDC6F41 with its bits reversed. */
const POLYNOMIAL = 0x82f63b78
const TABLE_SIZE = 256
const TABLES = makeTables()

/** An unsigned 32-bit integer. */
export function crc32c(bytes: Uint8Array, from: number, to: number): number {
  let crc = -1
  let at = from
  for (; at + 8 <= to; at += 8) {
    crc ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
    crc =
      TABLES[1792 + (crc & 255)]! ^
      TABLES[1536 + ((crc >>> 8) & 255)]! ^
      TABLES[1280 + ((crc >>> 16) & 255)]! ^
      TABLES[1024 + (crc >>> 24)]! ^
      TABLES[768 + bytes[at + 4]!]! ^
      TABLES[512 + bytes[at + 5]!]! ^
      TABLES[256 + bytes[at + 6]!]! ^
      TABLES[bytes[at + 7]!]!
  }
  for (; at < to; at += 1) crc = TABLES[(crc ^ bytes[at]!) & 255]! ^ (crc >>> 8)
  return ~crc >>> 0
}

/** Table n holds what a byte contributes when n more bytes follow it in its step. */
function makeTables(): Int32Array {
  const tables = new Int32Array(TABLE_SIZE * 8)
  for (let byte = 0; byte < TABLE_SIZE; byte += 1) {
    let crc = byte
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? POLYNOMIAL : 0)
    tables[byte] = crc
  }
  for (let at = TABLE_SIZE; at < tables.length; at += 1) {
    const before = tables[at - TABLE_SIZE]!
    tables[at] = tables[before & 255]! ^ (before >>> 8)
  }
  return tables
}
