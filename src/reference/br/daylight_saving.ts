/** Days on which daylight-saving time begins and ends in São Paulo, as days since 1970-01-01. */
export interface DaylightSavingPeriod {
  /** Day that begins one hour late: 00:00 (UTC-3) becomes 01:00 (UTC-2). */
  readonly start: number;
  /** Day that follows an evening of 25 hours: 00:00 (UTC-2) becomes 23:00 (UTC-3) of the day before. */
  readonly end: number;
}

/**
 * Every daylight-saving period of America/Sao_Paulo that touches 1990 or later, in order. The last one ended on
 * 2019-02-17; decree 9.772 of 2019-04-25 abolished the practice.
 *
 * Source: IANA time zone database, release 2025b, file `southamerica`, rule `Brazil`.
 */
export const daylightSavingPeriods: readonly DaylightSavingPeriod[] = [
  { start: 7227, end: 7346 }, // 1989-10-15 to 1990-02-11
  { start: 7598, end: 7717 }, // 1990-10-21 to 1991-02-17
  { start: 7962, end: 8074 }, // 1991-10-20 to 1992-02-09
  { start: 8333, end: 8431 }, // 1992-10-25 to 1993-01-31
  { start: 8690, end: 8816 }, // 1993-10-17 to 1994-02-20
  { start: 9054, end: 9180 }, // 1994-10-16 to 1995-02-19
  { start: 9418, end: 9537 }, // 1995-10-15 to 1996-02-11
  { start: 9775, end: 9908 }, // 1996-10-06 to 1997-02-16
  { start: 10140, end: 10286 }, // 1997-10-06 to 1998-03-01
  { start: 10510, end: 10643 }, // 1998-10-11 to 1999-02-21
  { start: 10867, end: 11014 }, // 1999-10-03 to 2000-02-27
  { start: 11238, end: 11371 }, // 2000-10-08 to 2001-02-18
  { start: 11609, end: 11735 }, // 2001-10-14 to 2002-02-17
  { start: 11994, end: 12099 }, // 2002-11-03 to 2003-02-16
  { start: 12344, end: 12463 }, // 2003-10-19 to 2004-02-15
  { start: 12724, end: 12834 }, // 2004-11-02 to 2005-02-20
  { start: 13072, end: 13198 }, // 2005-10-16 to 2006-02-19
  { start: 13457, end: 13569 }, // 2006-11-05 to 2007-02-25
  { start: 13800, end: 13926 }, // 2007-10-14 to 2008-02-17
  { start: 14171, end: 14290 }, // 2008-10-19 to 2009-02-15
  { start: 14535, end: 14661 }, // 2009-10-18 to 2010-02-21
  { start: 14899, end: 15025 }, // 2010-10-17 to 2011-02-20
  { start: 15263, end: 15396 }, // 2011-10-16 to 2012-02-26
  { start: 15634, end: 15753 }, // 2012-10-21 to 2013-02-17
  { start: 15998, end: 16117 }, // 2013-10-20 to 2014-02-16
  { start: 16362, end: 16488 }, // 2014-10-19 to 2015-02-22
  { start: 16726, end: 16852 }, // 2015-10-18 to 2016-02-21
  { start: 17090, end: 17216 }, // 2016-10-16 to 2017-02-19
  { start: 17454, end: 17580 }, // 2017-10-15 to 2018-02-18
  { start: 17839, end: 17944 }, // 2018-11-04 to 2019-02-17
];
