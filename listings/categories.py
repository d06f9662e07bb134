"""The categories a fresh site starts with: address, name, name in Chinese. Pure."""

CATEGORIES = (
    ("top-up", "Top-up and game cards", "充值与游戏卡"),
    ("coupons", "Shopping and dining coupons", "购物与餐饮券"),
    ("streaming", "Streaming and apps", "影音会员与应用"),
    ("travel", "Travel and transport", "出行与交通"),
)
