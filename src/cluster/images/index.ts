export { agnhost, liveness1, serveHostnameImage } from "./agnhost.ts";
export { alpine } from "./alpine.ts";
export { bootcamp1, bootcamp2 } from "./bootcamp.ts";
export { busybox } from "./busybox.ts";
export { curl, jessieDnsutils, netshoot, radialBusyboxPlus } from "./curl.ts";
export { mariadb, memcached, mongo, mysqlImages, postgresImages, rabbitmq } from "./databases.ts";
export { debian, ubuntu } from "./debian.ts";
export { echoserver14, echoserver110 } from "./echoserver.ts";
export { guestbookFrontend } from "./guestbook.ts";
export { httpd } from "./httpd.ts";
export {
  coredns,
  etcd,
  kindnetd,
  kubeApiserver,
  kubeControllerManager,
  kubeProxy,
  kubeScheduler,
  localPathProvisioner,
  storageProvisioner,
} from "./kube-system.ts";
export { nginxImages, nginxSlim, nginxUnprivileged } from "./nginx.ts";
export { pause } from "./pause.ts";
export { perlImage } from "./perl.ts";
export { redisFollower, redisImages } from "./redis/redis.ts";
export { echoServer, hashicorpHttpEcho, helloApp1, helloApp2, hpaExample, nodeHello, whoami } from "./small-servers.ts";
export { polinuxStress, vishStressImage } from "./stress.ts";
export { helloKubernetes, nginxDemos, podinfo } from "./web-pages.ts";
