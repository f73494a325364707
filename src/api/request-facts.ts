/** What is known of a request from its first moment on. */
export interface RequestFacts {
  readonly requestId: string
  /** Whence it came: the address of the connection. */
  readonly address: string
}
