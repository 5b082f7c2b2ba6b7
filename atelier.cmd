@echo off
rem Atelier's launcher for Windows: run, bench and doctor. It builds when there is no build yet;
rem after an update, delete server\target. The tests run with mvnw.cmd verify.
setlocal
set "ATELIER_HOME=%~dp0."
set "jar=%ATELIER_HOME%\server\target\atelier-server.jar"
if not exist "%jar%" (
  echo Building Atelier for the first time: fetches libraries, takes some minutes 1>&2
  call "%ATELIER_HOME%\mvnw.cmd" -q -B -f "%ATELIER_HOME%\pom.xml" package -Dmaven.test.skip=true -Dspotless.check.skip -Djacoco.skip 1>&2
  if errorlevel 1 exit /b 1
)
rem Waiting threads of libtorch sleep rather than spin.
set "OMP_WAIT_POLICY=passive"
rem DJL reports its use to its makers on some clouds; this studio does not.
set "OPT_OUT_TRACKING=true"
set "java=java"
if defined JAVA_HOME set "java=%JAVA_HOME%\bin\java.exe"
"%java%" -Xms64m -Xmx1g -XX:+UseSerialGC -XX:MetaspaceSize=48m -XX:MinMetaspaceFreeRatio=5 -XX:MaxMetaspaceFreeRatio=10 -XX:TieredStopAtLevel=1 %ATELIER_JAVA_OPTS% -jar "%jar%" %*
