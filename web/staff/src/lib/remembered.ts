// What somebody chose on this device, for their convenience and for nothing else. A browser may refuse to keep it, and
// may lose it: then the choice holds for as long as the page is open.
export function recall(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

export function remember(name: string, chosen: string): void {
  try {
    localStorage.setItem(name, chosen);
  } catch {
    // Refused: nothing but the convenience is lost.
  }
}
