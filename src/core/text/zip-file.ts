/**
 * Several files as one ZIP archive, made as they are read: one file is in memory at a time. Names are UTF-8.
 * https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
import assert from 'node:assert/strict'
import { crc32, deflateRawSync } from 'node:zlib'

export interface ZippedFile {
  readonly name: string
  readonly modifiedMs: number
  readonly bytes: Uint8Array
}

/** More need the 64-bit form, which nobody's invoices come near. */
const FILES_MAX = 65_534
const ARCHIVE_BYTES_MAX = 0xffff_fffe

const LOCAL_HEADER = 0x0403_4b50
const CENTRAL_HEADER = 0x0201_4b50
const END_OF_DIRECTORY = 0x0605_4b50
const VERSION = 20
const UTF8_NAMES = 0x0800
const DEFLATED = 8

export async function* zipFile(files: AsyncIterable<ZippedFile>): AsyncGenerator<Uint8Array> {
  const directory: Buffer[] = []
  let offset = 0
  for await (const file of files) {
    const name = Buffer.from(file.name, 'utf8')
    const packed = deflateRawSync(file.bytes)
    const common = commonFields(file, packed.length, name.length)
    const local = Buffer.concat([uint32(LOCAL_HEADER), common, uint16(0), name, packed])
    directory.push(centralHeader(common, name, offset))
    offset += local.length
    assert(directory.length <= FILES_MAX && offset <= ARCHIVE_BYTES_MAX, 'the archive is too large')
    yield local
  }
  const entries = Buffer.concat(directory)
  const count = uint16(directory.length)
  yield Buffer.concat([
    entries,
    uint32(END_OF_DIRECTORY),
    uint32(0),
    count,
    count,
    uint32(entries.length),
    uint32(offset),
    uint16(0),
  ])
}

/** What a file's own header and its entry in the directory both say, up to the length of the name. */
function commonFields(
  { bytes, modifiedMs }: ZippedFile,
  packedLength: number,
  nameLength: number,
): Buffer {
  return Buffer.concat([
    uint16(VERSION),
    uint16(UTF8_NAMES),
    uint16(DEFLATED),
    dosTime(modifiedMs),
    uint32(crc32(bytes)),
    uint32(packedLength),
    uint32(bytes.length),
    uint16(nameLength),
  ])
}

function centralHeader(common: Buffer, name: Buffer, offset: number): Buffer {
  const noExtraCommentDiskOrAttributes = Buffer.alloc(2 + 2 + 2 + 2 + 4)
  return Buffer.concat([
    uint32(CENTRAL_HEADER),
    uint16(VERSION),
    common,
    noExtraCommentDiskOrAttributes,
    uint32(offset),
    name,
  ])
}

/** To two seconds, in UTC: an archive has no time zone. */
function dosTime(ms: number): Buffer {
  const at = new Date(ms)
  const time =
    (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | Math.floor(at.getUTCSeconds() / 2)
  const day = ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate()
  return Buffer.concat([uint16(time), uint16(day)])
}

function uint16(value: number): Buffer {
  const buffer = Buffer.alloc(2)
  buffer.writeUInt16LE(value)
  return buffer
}

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4)
  buffer.writeUInt32LE(value)
  return buffer
}
