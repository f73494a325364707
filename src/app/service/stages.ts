/** The stages over Kafka that a process can run, one of them or all. */
export const STAGES = ['mediation', 'rating', 'alerts', 'directory', 'all'] as const
export type StageName = (typeof STAGES)[number]
