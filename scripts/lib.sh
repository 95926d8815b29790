# shellcheck shell=bash
# What the scripts beside this file share. It is sourced, from the root of the repository:
#
#   need TOOL PACKAGE     stops, and says what to install, when there is no such tool
#   scratch               makes $work, an empty folder that is gone when the script ends
#   corpus                makes $work/www and $work/files, 10,000 real files of this machine (scripts/corpus tells more)
#   serve FOLDER          serves the folder with nginx on loopback until the script ends; sets $base, its address
#   lab                   compiles gofer-fetch and its tests; sets lab, a command that runs one of their classes
#   check_classes         compiles gofer-check; sets check, a command that runs one of its classes
#   list                  writes $work/urls, the address of every file of the corpus
#
# SEED picks other files, TMPDIR another place for them and for everything that is made of them, GOFER another gofer than ./gofer.

# shellcheck disable=SC2034 # for the scripts that source this
gofer=${GOFER:-./gofer}
export GOFER_TRAINING=${GOFER_TRAINING-now} # whatever a script measures does not depend on how long ago the build was
# shellcheck disable=SC2034
within=(timeout --signal QUIT --kill-after 10 300) # before a command: should gofer hang, it prints its threads and is killed

# before a program of the library: it runs on the library's own scheduler, or on the JDK's where SCHEDULER=jdk
# shellcheck disable=SC2034
opens=(--add-opens java.base/java.lang=ALL-UNNAMED "-Dgofer.scheduler=${SCHEDULER:-own}")

say() { printf '%s\n' "$*"; }
die() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

need() {
  command -v "$1" >/dev/null || die "needs $1 and found none: install the package $2, with Debian: apt-get install $2"
}

work=
server=
scratch() {
  work=$(mktemp -d "${TMPDIR:-/tmp}/gofer-${0##*/}.XXXXXX")
  trap leave EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
}

leave() {
  local status=$?
  trap '' INT TERM
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null && wait "$server" 2>/dev/null
  fi
  rm -rf "$work"
  exit "$status"
}

corpus() {
  need python3 python3
  python3 scripts/corpus "$work" --seed "${SEED:-1}" || exit 1
}

lab() {
  local classpath=gofer-fetch/target/lab-classpath
  ./mvnw -q -B -ntp -Dquick -pl :gofer-fetch -am test-compile dependency:build-classpath -Dmdep.outputFile="$PWD/$classpath" -Dmdep.includeScope=test ||
    die 'the tests of gofer-fetch do not compile'
  # shellcheck disable=SC2034
  lab=("$(.mvn/find-jdk)/bin/java" -Xmx512m -Djava.io.tmpdir="${TMPDIR:-/tmp}" -cp "gofer-fetch/target/classes:gofer-fetch/target/test-classes:$(cat "$classpath")")
}

check_classes() {
  ./mvnw -q -B -ntp -Dquick -pl :gofer-check -am test-compile dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$PWD/gofer-check/target/lib" \
    -DexcludeGroupIds=dev.gofer || die 'gofer-check does not compile'
  # shellcheck disable=SC2034
  check=("$(.mvn/find-jdk)/bin/java" "${opens[@]}" -Dgofer.synctest.patience=2 -Dgofer.synctest.steps=100000
    -cp "gofer-library/target/classes:gofer-check/target/classes:gofer-check/target/lib/*")
}

list() { # a line of $work/files is: encoded path, tab, real file
  awk -F '\t' -v base="$base" '{ print base "/" $1 }' "$work/files" >"$work/urls"
}

nginx=
# nginx keeps everything it writes in $work, so it needs no right but the user's own, and reads no configuration but this one.
serve() {
  nginx=$(PATH=$PATH:/usr/sbin command -v nginx) || die 'needs nginx: install the package nginx-light, with Debian: apt-get install nginx-light'
  mkdir -p "$work/nginx"
  local try port
  for try in 1 2 3 4 5; do
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    base=http://127.0.0.1:$port
    nginx_conf "$1" "$port" >"$work/nginx/nginx.conf"
    setpriv --pdeathsig TERM "$nginx" -p "$work/nginx" -c nginx.conf 2>"$work/nginx/log" &
    server=$!
    while kill -0 "$server" 2>/dev/null; do
      if curl -s -o "$work/nginx/answer" --noproxy '*' "$base/"; then return; fi
      sleep 0.05
    done
    wait "$server" || server= # most likely the port went to someone else meanwhile
  done
  die "nginx did not start in $try tries: $(tail -n 1 "$work/nginx/log")"
}

nginx_conf() { # FOLDER PORT
  # A user directive is for root only: without one, root's workers become a user who may not be able to read the files.
  [ "$(id -u)" -ne 0 ] || say 'user root root;'
  cat <<CONF
daemon off;
worker_processes auto;
pid nginx.pid;
error_log stderr warn;
events { worker_connections 4096; }
http {
  include /etc/nginx/mime.types;
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 10000000;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  server {
    listen 127.0.0.1:$2 backlog=4096;
    root "$1";
  }
}
CONF
}
