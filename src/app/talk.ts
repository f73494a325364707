/**
 * What a use case says while it works, to whoever asked for it: a terminal shows it, a door over HTTP
 * keeps it with the job. Nothing in it is a result.
 */
export interface Talk {
  /** Something that the one who asked should know beside the result. */
  readonly remark: (text: string) => void
  /** `total` and `done` of `update` in the same unit, e.g. bytes or accounts. */
  readonly startProgress: (title: string, total: number) => Progress
}

export interface Progress {
  update(done: number, note: string): void
  stop(): void
}

export const SILENT: Talk = {
  remark() {},
  startProgress: () => ({ update() {}, stop() {} }),
}
