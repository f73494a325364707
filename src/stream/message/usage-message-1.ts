/**
 * Version 1 of a usage on the topic `usage`: one JSON object, what is empty left out. It is read for as
 * long as a topic can hold it (30 days), and no longer written.
 *
 * | field | usage                | field | usage            | field | usage              |
 * | ----- | -------------------- | ----- | ---------------- | ----- | ------------------ |
 * | v     | version, 1           | p     | partnerId        | n     | servedNumber       |
 * | id    | usageId              | a     | accountId        | net   | visitedNetwork     |
 * | h     | contentHash          | s     | subscriptionId   | at    | startMs            |
 * | o     | origin               | pr    | product          | sec   | durationSeconds    |
 * | r     | originRecord         | k     | kind             | vol   | volumeBytes        |
 * | x     | rejectReason         | dir   | direction        | q     | quantity           |
 * | u     | unbillableReason     | ct    | callType         | ses   | sessionKey         |
 * | d     | detail               | de    | destination      | part  | partNumber         |
 * | raw   | the record as it came| f, t  | sender, receiver |       |                    |
 */

/** In the order of version 2 (usage-message.ts), of which the first says the version. */
const NAMES = 'id h o r p a s pr k dir ct de f t n net at sec vol q ses part x u d raw'.split(' ')

/** undefined for what is no object; an array without a version for an object of another version. */
export function arrayOfVersion1(parsed: unknown): unknown[] | undefined {
  if (!isFields(parsed)) return undefined
  if (parsed['v'] !== 1) return []
  return [2, ...NAMES.map((name) => parsed[name])]
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
