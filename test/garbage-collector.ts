import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** A full collection before memory is read; otherwise garbage would count as growth. */
export function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect !== 'function') throw new Error('this Node.js does not expose its collector')
  return () => {
    Reflect.apply(collect, undefined, [])
  }
}
