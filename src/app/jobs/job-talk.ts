/** What a job says while it works, kept for its next heartbeat. */
import type { Job, JobProgress } from '../../jobs/job-rows.ts'
import type { Talk } from '../talk.ts'

export interface JobTalk extends Talk {
  said(): Pick<Job, 'progress' | 'remarks'>
}

/** The first tell what it is about; an act that repeats itself must not grow the row. */
const REMARKS_MAX = 50

/** `onStep` is called wherever it tells how far it is. */
export function createJobTalk(onStep: () => void = () => {}): JobTalk {
  const remarks: string[] = []
  let progress: JobProgress | undefined
  return {
    remark(text) {
      if (remarks.length < REMARKS_MAX) remarks.push(text)
    },
    startProgress(title, total) {
      progress = { title, total, done: 0, note: '' }
      return {
        update(done, note) {
          progress = { title, total, done, note }
          onStep()
        },
        stop() {},
      }
    },
    said: () => ({ progress, remarks }),
  }
}
