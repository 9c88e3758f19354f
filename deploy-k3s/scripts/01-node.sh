#!/usr/bin/env bash
# Makes a bare Ubuntu machine a node of the cluster. Run on the node, as root; again does no harm.
#
#   01-node.sh --address ADDRESS --peers "ADDRESS ..." --admin CIDR --first [--public NAME] [--redis]
#   01-node.sh --address ADDRESS --peers "ADDRESS ..." --admin CIDR --join ADDRESS [--public NAME] [--redis]
#
#   --address  this node's own private address: between nodes all goes by those
#   --peers    the private addresses of the other nodes
#   --public   the address or name by which you reach the Kubernetes API here: its certificate names it
#   --admin    from where SSH and the Kubernetes API may be reached, such as 203.0.113.7/32
#   --first    the first node: it begins the cluster
#   --join     a further one, by the address of a node that is up; the token stands in /root/k3s-token
#              (on the first node: /var/lib/rancher/k3s/server/node-token)
#   --redis    Redis and its disk live here; exactly one node has it
#   --dry-run  only say what would be done
. "$(dirname "$0")/lib.sh"

k3s_version=v1.34.6+k3s1
address='' peers='' public='' admin='' mode='' leader='' redis=''

while [ $# -gt 0 ]; do
  case $1 in
    --address) value "$@" && address=$2 && shift ;;
    --peers) value "$@" && peers=$2 && shift ;;
    --public) value "$@" && public=$2 && shift ;;
    --admin) value "$@" && admin=$2 && shift ;;
    --first) mode=first ;;
    --join) value "$@" && mode=join leader=$2 && shift ;;
    --redis) redis=1 ;;
    --dry-run) dry_run=1 ;;
    --help) help_of "$0" && exit ;;
    *) die "01-node.sh knows no $1" "see 01-node.sh --help" ;;
  esac
  shift
done
[ -n "$mode" ] || die "neither --first nor --join is said" "see 01-node.sh --help"
[[ $admin =~ ^[0-9a-fA-F.:]+/[0-9]+$ ]] || die "--admin must be a network such as 203.0.113.7/32" "see 01-node.sh --help"
[[ $address =~ ^[0-9a-fA-F.:]+$ ]] || die "--address must be this node's own private address, such as 10.0.0.2" "see 01-node.sh --help"
[ "$mode" = first ] || [ -n "$leader" ] || die "--join needs the address of a node that is up" "see 01-node.sh --help"
[ -n "$dry_run" ] || [ "$(id -u)" = 0 ] || die "this must be root" "run it by sudo"
interface=$(ip -oneline address show to "$address" 2>/dev/null | awk '{ print $2; exit }' || true)
[ -n "$dry_run$interface" ] || die "no interface of this machine has $address" "ip address; is it attached to the private network?"

step "Installing what is needed" "look at what apt-get says above"
run apt-get -q update
run apt-get -q -y install ufw curl

step "Shutting the firewall" "run this again; the firewall is switched on last, so nobody is locked out"
run ufw default deny incoming
run ufw default allow outgoing
run ufw allow from "$admin" to any port 22 proto tcp
run ufw allow from "$admin" to any port 6443 proto tcp
while read -r range; do
  case $range in '#'* | '') continue ;; esac
  run ufw allow from "$range" to any port 443 proto tcp
done <"$home/cloudflare.txt"
for peer in $peers; do
  run ufw allow from "$peer" to any port 6443,2379,2380,10250 proto tcp
  run ufw allow from "$peer" to any port 8472 proto udp
done
# Pods and services: what they may do is decided by the NetworkPolicies.
run ufw allow from 10.42.0.0/16
run ufw allow from 10.43.0.0/16
run ufw --force enable

step "Setting the kernel" "look at /etc/sysctl.d/90-honeydue.conf"
settings=$scratch/sysctl
cat >"$settings" <<'END'
# Traefik listens on 443 without being root.
net.ipv4.ip_unprivileged_port_start = 0
# Redis forks to rewrite its append-only file, and needs none of the memory this promises.
vm.overcommit_memory = 1
END
run install -m 644 "$settings" /etc/sysctl.d/90-honeydue.conf
run sysctl -q --system

step "Installing k3s $k3s_version" "journalctl -u k3s -n 50, then run this again"
# Read to its end: a pipe that is closed early fails, and k3s would be installed over itself.
if command -v k3s >/dev/null && [[ $(k3s --version) == *" $k3s_version "* ]]; then
  say "  it is there"
else
  run curl -sfL https://get.k3s.io -o "$scratch/install.sh"
  options=(server --disable servicelb --secrets-encryption --write-kubeconfig-mode 600
    --kube-proxy-arg=proxy-mode=ipvs)
  # Unless told k3s takes the address that leads outside, where the firewall lets no other node in.
  options+=(--node-ip "$address" --flannel-iface "${interface:-INTERFACE}")
  [ -z "$public" ] || options+=(--tls-san "$public")
  if [ "$mode" = first ]; then
    options+=(--cluster-init)
  else
    [ -n "$dry_run" ] || [ -s /root/k3s-token ] || die "there is no token in /root/k3s-token" \
      "copy it from /var/lib/rancher/k3s/server/node-token of a node that is up"
    options+=(--server "https://$leader:6443" --token-file /root/k3s-token)
  fi
  run env INSTALL_K3S_VERSION="$k3s_version" sh "$scratch/install.sh" "${options[@]}"
fi

step "Waiting until this node is ready" "journalctl -u k3s -n 50"
node=$(hostname)
# It introduces itself some seconds after k3s is up, and nobody can be waited for who is not known.
run k3s kubectl wait --for=create "node/$node" --timeout=180s
run k3s kubectl wait --for=condition=Ready "node/$node" --timeout=180s
if [ -n "$redis" ]; then
  step "Giving Redis its place" "k3s kubectl get nodes --show-labels; exactly one may carry honeydue/redis"
  run k3s kubectl label --overwrite node "$node" honeydue/redis=true
fi
[ -z "$dry_run" ] || { say "✓ Nothing was done." && exit; }
say "✓ $node is a node."
