/** A progress bar on standard error: on a terminal only, so that logs and pipes stay clean. */
import { Presets, SingleBar } from 'cli-progress'
import type { Progress } from '../app/talk.ts'
import { visibleText } from '../core/text/visible-text.ts'

/** `total` and `done` in the same unit, e.g. bytes or accounts. */
export function startProgress(title: string, total: number): Progress {
  if (!process.stderr.isTTY || total <= 0) return { update() {}, stop() {} }
  const bar = new SingleBar(
    {
      format: `${title.padEnd(28)} {bar} {percentage}% · {note} · {eta_formatted} left`,
      stream: process.stderr,
      hideCursor: true,
      clearOnComplete: false,
    },
    Presets.shades_classic,
  )
  bar.start(total, 0, { note: '' })
  return {
    update: (done, note) => bar.update(Math.min(done, total), { note: visibleText(note, ' ') }),
    stop: () => bar.stop(),
  }
}
