-- A version is in force from now on. Parameters: number, version, begun_ms.
insert into notice_period (number, version, begun_ms) values (:number, :version, :begun_ms)
