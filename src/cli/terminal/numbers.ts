/** Writes an integer with commas: `1,234,567`. */
export function grouped(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Writes a rate with three digits that mean something: `12,300`, `7`. */
export function rate(rows: number, seconds: number): string {
  if (seconds <= 0 || rows === 0) return "0";
  const exact = rows / seconds;
  const unit = exact < 1000 ? 1 : 10 ** (Math.floor(Math.log10(exact)) - 2);
  return grouped(Math.round(exact / unit) * unit);
}

/** Writes a size: `512 B`, `1.9 MB`, `23 GB`; a kB is 1,000 bytes. */
export function size(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** Writes a duration: `0.41 s`, `12 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(seconds: number): string {
  return seconds < 9.995 ? `${seconds.toFixed(2)} s` : roughDuration(seconds);
}

/** Writes a duration that is only guessed: `4 s`, `3 min 20 s`, `2 h 5 min`. */
export function roughDuration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor(whole % 3600 / 60)} min`;
}
