// The types of authenticator.mjs.
export function code_of(secret: string, step: number): string;
export const step_ms: number;
