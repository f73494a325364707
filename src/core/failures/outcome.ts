/** Fails loudly when a switch over a closed list meets a value that the list does not have. */
export function unreachable(value: never): never {
  throw new Error(`unexpected value ${String(value)}`)
}
