/**
 * What the operating system says of files, in our words. Whoever reads or writes files need not
 * translate this one by one: a command ends with what it means.
 */
import { TikError, type ErrorCode } from './errors.ts'

/** The system's code → ours. https://man7.org/linux/man-pages/man3/errno.3.html */
const MEANINGS: Readonly<Record<string, { code: ErrorCode; says: string }>> = {
  ENOSPC: { code: 'disk_full', says: 'there is no room left on the disk' },
  EDQUOT: { code: 'disk_full', says: 'the quota of this user is used up' },
  EFBIG: { code: 'disk_full', says: 'a file may not be as large as this here' },
  EACCES: { code: 'permission_denied', says: 'this user may not do that' },
  EPERM: { code: 'permission_denied', says: 'this user may not do that' },
  EROFS: { code: 'permission_denied', says: 'the disk is read-only' },
  ENOTDIR: { code: 'path_invalid', says: 'a part of the path is a file, not a folder' },
  EISDIR: { code: 'path_invalid', says: 'it is a folder, not a file' },
  EEXIST: { code: 'path_invalid', says: 'something else lies there' },
  ENAMETOOLONG: { code: 'path_invalid', says: 'the name is too long' },
  ELOOP: { code: 'path_invalid', says: 'its links lead in a circle' },
  EMFILE: { code: 'too_many_open', says: 'too many files are open' },
  ENFILE: { code: 'too_many_open', says: 'too many files are open' },
  ENOENT: { code: 'file_missing', says: 'it is not there' },
}

/** `undefined` where it is no failure of the system on a file: then it is a bug, or has a code already. */
export function systemError(error: unknown): TikError | undefined {
  if (error instanceof TikError || !(error instanceof Error)) return undefined
  if (!('syscall' in error && 'code' in error)) return undefined
  const meaning = MEANINGS[String(error.code)]
  if (meaning === undefined) return undefined
  const path = 'path' in error ? String(error.path) : undefined
  const what = path === undefined ? `cannot ${String(error.syscall)}` : path
  return new TikError(meaning.code, `${what}: ${meaning.says}`, { cause: error })
}
