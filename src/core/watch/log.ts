/** Structured logs on standard error: an event name and fields, one JSON object a line. */
import { systemClock } from '../time/clock.ts'
import { visibleText } from '../text/visible-text.ts'

const LEVELS = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof LEVELS)[number]
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>

export type Log = { readonly [Level in LogLevel]: (event: string, fields?: LogFields) => void }

export function createLog(
  leastLevel: LogLevel,
  write: (line: string) => void = (line) => process.stderr.write(line),
): Log {
  const least = LEVELS.indexOf(leastLevel)
  const at =
    (level: LogLevel) =>
    (event: string, fields: LogFields = {}) => {
      if (LEVELS.indexOf(level) < least) return
      const time = new Date(systemClock.nowMs()).toISOString()
      write(`${visibleText(JSON.stringify({ time, level, event, ...fields }))}\n`)
    }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}
